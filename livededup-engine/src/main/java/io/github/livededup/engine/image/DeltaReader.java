package io.github.livededup.engine.image;

import io.github.livededup.CorruptionException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.SourceException;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.DeltaHeader;
import io.github.livededup.engine.format.DeltaLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads a delta stream from a channel, record by record, and no byte past its end. Nothing is believed: a frame is taken
 * when its checksum holds, and of a record, whatever it says is checked against what the header says.
 */
final class DeltaReader {
    private static final int COUNTS = 4;

    private final ReadableByteChannel channel;
    private final String resource;
    private final ProgressMeter meter;
    private final ByteBuffer payload =
            ByteBuffer.allocate(DeltaLayout.MAX_FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer small =
            ByteBuffer.allocate(DeltaLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private final DeltaHeader header;
    private final int fingerprintBytes;
    private final long[] counted = new long[COUNTS];
    private long frames;
    /** Where the next record starts in the payload. */
    private int next;
    /** Blocks below this one were told already. */
    private long nextBlock;

    // The present record.
    private int at;
    private long block;
    private int count;
    private long earlier;
    private int storedBytes;

    /**
     * Reads the header.
     *
     * @param channel gives the stream
     * @param resource how messages name it
     * @param meter asked whenever the channel is
     * @throws CorruptionException if the header is damaged or cut short
     * @throws io.github.livededup.UnsupportedFormatException if it is of a version this library does not read
     * @throws SourceException if the channel fails
     * @throws IOException if the operation is cancelled
     */
    DeltaReader(ReadableByteChannel channel, String resource, ProgressMeter meter) throws IOException {
        this.channel = channel;
        this.resource = resource;
        this.meter = meter;
        fill(small.clear());
        header = DeltaLayout.readHeader(small, resource);
        fingerprintBytes = header.fingerprint().lengthBytes();
    }

    DeltaHeader header() {
        return header;
    }

    /**
     * Moves to the next record. {@link DeltaLayout#END} comes once, and last.
     *
     * @return its type, one of the layout's
     * @throws CorruptionException if the stream is damaged or cut short
     * @throws SourceException if the channel fails
     * @throws IOException if the operation is cancelled
     */
    int next() throws IOException {
        if (next == payload.limit() || frames == 0) {
            readFrame();
        }
        at = next;
        int type = payload.get(at);
        switch (type) {
            case DeltaLayout.DATA -> readData();
            case DeltaLayout.KNOWN -> readKnown();
            case DeltaLayout.REPEAT -> readRepeat();
            case DeltaLayout.HOLE -> readHole();
            case DeltaLayout.END -> readEnd();
            default -> throw damaged("record type", type, "1..5");
        }
        return type;
    }

    private void readFrame() throws IOException {
        small.clear().limit(DeltaLayout.FRAME_HEADER_BYTES);
        fill(small);
        int length = small.getInt(0);
        int checksum = small.getInt(Integer.BYTES);
        if (length < 1 || length > DeltaLayout.MAX_FRAME_BYTES) {
            throw damaged("frame length", length, "1.." + DeltaLayout.MAX_FRAME_BYTES);
        }
        payload.clear().limit(length);
        fill(payload);
        small.clear();
        int actual = DeltaLayout.frameCrc(crc, small, header.streamId(), frames, payload, length);
        if (actual != checksum) {
            throw damaged("checksum of frame " + frames, Integer.toHexString(actual), Integer.toHexString(checksum));
        }
        frames++;
        next = 0;
    }

    private void fill(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            meter.check();
            int read = readSome(into);
            if (read < 0) {
                throw new CorruptionException(
                        resource,
                        "stream cut short in frame " + frames + ": actual=" + into.position() + " expected="
                                + into.limit() + " bytes");
            }
            if (read == 0) {
                // A channel that does not block; there is nothing to wait on.
                Thread.onSpinWait();
            }
        }
    }

    private int readSome(ByteBuffer into) throws IOException {
        try {
            return channel.read(into);
        } catch (LiveDedupException e) {
            throw e;
        } catch (IOException e) {
            meter.check(); // an interrupt closes a channel
            throw new SourceException(resource, "source channel cannot be read: " + e.getMessage(), e);
        }
    }

    private void readData() throws CorruptionException {
        int fixed = DeltaLayout.FINGERPRINT_OFFSET + fingerprintBytes;
        require(fixed);
        storedBytes = Short.toUnsignedInt(payload.getShort(at + DeltaLayout.LENGTH_OFFSET)) + 1;
        if (storedBytes > header.blockSizeBytes()) {
            throw damaged("stored length", storedBytes, "1.." + header.blockSizeBytes());
        }
        if (!BlockCodec.isKnown(codec())) {
            throw damaged("codec", codec(), "a known one");
        }
        require(fixed + storedBytes);
        blocks(payload.getLong(at + DeltaLayout.SINGLE_BLOCK_OFFSET), 1);
        counted[0]++;
    }

    private void readKnown() throws CorruptionException {
        require(DeltaLayout.FINGERPRINT_OFFSET + fingerprintBytes);
        requireZeros();
        if (!header.fingerprint().isCryptographic()) {
            throw damaged("record type", DeltaLayout.KNOWN, "none by fingerprint, for " + header.fingerprint());
        }
        blocks(payload.getLong(at + DeltaLayout.SINGLE_BLOCK_OFFSET), 1);
        counted[1]++;
    }

    private void readRepeat() throws CorruptionException {
        require(DeltaLayout.REPEAT_BYTES);
        requireZeros();
        blocks(payload.getLong(at + DeltaLayout.RUN_BLOCK_OFFSET), payload.getInt(at + DeltaLayout.COUNT_OFFSET));
        earlier = payload.getLong(at + DeltaLayout.EARLIER_OFFSET);
        if (earlier < 0 || earlier > block - count) {
            throw damaged("block that is repeated", earlier, "0.." + (block - count));
        }
        counted[2] += count;
    }

    private void readHole() throws CorruptionException {
        require(DeltaLayout.HOLE_BYTES);
        requireZeros();
        if (!header.hasBase()) {
            throw damaged("record type", DeltaLayout.HOLE, "no holes without a base");
        }
        blocks(payload.getLong(at + DeltaLayout.RUN_BLOCK_OFFSET), payload.getInt(at + DeltaLayout.COUNT_OFFSET));
        counted[3] += count;
    }

    private void readEnd() throws CorruptionException {
        require(DeltaLayout.END_BYTES);
        requireZeros();
        if (next != payload.limit()) {
            throw damaged("bytes behind the end", payload.limit() - next, 0);
        }
        for (int i = 0; i < COUNTS; i++) {
            long told = payload.getLong(at + DeltaLayout.END_COUNTS_OFFSET + i * Long.BYTES);
            if (told != counted[i]) {
                throw damaged("blocks of records of type " + (i + 1), counted[i], told);
            }
        }
        if (!header.hasResultDigest() && !Arrays.equals(resultDigest(), new byte[DeltaLayout.DIGEST_BYTES])) {
            throw damaged("digest of the image", "one", "none");
        }
    }

    /** Checks that a record lies within the frame, and sets where it ends. */
    private void require(int lengthBytes) throws CorruptionException {
        if (lengthBytes > payload.limit() - at) {
            throw damaged("bytes left for a record", payload.limit() - at, lengthBytes);
        }
        next = at + lengthBytes;
    }

    private void requireZeros() throws CorruptionException {
        int word = payload.getInt(at);
        if (word >>> Byte.SIZE != 0) {
            throw damaged("unused bytes of a record", word >>> Byte.SIZE, 0);
        }
    }

    private void blocks(long first, int number) throws CorruptionException {
        if (number < 1 || first < nextBlock || first > header.imageBlocks() - number) {
            throw damaged(
                    "blocks of a record",
                    first + " and " + number + " in all",
                    "at least one of " + nextBlock + ".." + header.imageBlocks());
        }
        block = first;
        count = number;
        nextBlock = first + number;
    }

    CorruptionException damaged(String what, Object actual, Object expected) {
        return new CorruptionException(resource, what + ": actual=" + actual + " expected=" + expected);
    }

    /** The record's block, or the first one of its run. */
    long block() {
        return block;
    }

    /** The blocks of the record's run. */
    int count() {
        return count;
    }

    /** The block that the first one of a {@link DeltaLayout#REPEAT} is like; the others are like those that follow it. */
    long earlier() {
        return earlier;
    }

    /** The codec of a {@link DeltaLayout#DATA}. */
    int codec() {
        return Byte.toUnsignedInt(payload.get(at + DeltaLayout.CODEC_OFFSET));
    }

    /** Holds the present record's bytes until the next; absolute access only. */
    ByteBuffer bytes() {
        return payload;
    }

    /** Where the stored bytes of a {@link DeltaLayout#DATA} start. */
    int storedOffset() {
        return at + DeltaLayout.FINGERPRINT_OFFSET + fingerprintBytes;
    }

    /** The stored bytes of a {@link DeltaLayout#DATA}. */
    int storedBytes() {
        return storedBytes;
    }

    /** Copies the fingerprint of a {@link DeltaLayout#DATA} or {@link DeltaLayout#KNOWN}. */
    void fingerprint(byte[] into, int offset) {
        payload.get(at + DeltaLayout.FINGERPRINT_OFFSET, into, offset, fingerprintBytes);
    }

    /** The digest over the changed blocks of the base, of {@link DeltaLayout#END}. */
    byte[] baseDigest() {
        return digest(DeltaLayout.BASE_DIGEST_OFFSET);
    }

    /** The digest over the whole image, of {@link DeltaLayout#END}. */
    byte[] resultDigest() {
        return digest(DeltaLayout.RESULT_DIGEST_OFFSET);
    }

    private byte[] digest(int offset) {
        byte[] digest = new byte[DeltaLayout.DIGEST_BYTES];
        payload.get(at + offset, digest);
        return digest;
    }
}
