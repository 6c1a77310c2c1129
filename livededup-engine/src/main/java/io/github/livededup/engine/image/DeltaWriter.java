package io.github.livededup.engine.image;

import io.github.livededup.engine.format.DeltaHeader;
import io.github.livededup.engine.format.DeltaLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/**
 * Writes a delta stream to a channel: records are gathered into frames; runs of holes, and of content sent before, are
 * joined.
 */
final class DeltaWriter {
    private final WritableByteChannel channel;
    private final DeltaHeader header;
    private final ProgressMeter meter;
    private final ByteBuffer payload = little(DeltaLayout.MAX_FRAME_BYTES);
    private final ByteBuffer small = little(DeltaLayout.HEADER_BYTES);
    private final CRC32C crc = new CRC32C();
    private long frames;
    private long streamBytes;

    /** {@link DeltaLayout#REPEAT} or {@link DeltaLayout#HOLE} while a run of it may go on, else 0. */
    private int runType;

    private long runBlock;
    private long runEarlier;
    private int runCount;

    private long dataBlocks;
    private long knownBlocks;
    private long repeatedBlocks;
    private long holeBlocks;

    /**
     * Starts a stream.
     *
     * @param channel receives it
     * @param header its header, written at once
     * @param meter asked whenever the channel is
     * @throws IOException if the channel refuses, or the operation is cancelled
     */
    DeltaWriter(WritableByteChannel channel, DeltaHeader header, ProgressMeter meter) throws IOException {
        this.channel = channel;
        this.header = header;
        this.meter = meter;
        DeltaLayout.writeHeader(header, small);
        write(small.clear());
    }

    /** Writes a block with its stored bytes, which are not 0 in number. */
    void data(long block, byte[] fingerprint, int codec, byte[] stored, int lengthBytes) throws IOException {
        endRun();
        int at = room(DeltaLayout.FINGERPRINT_OFFSET + fingerprint.length + lengthBytes);
        payload.putInt(at, DeltaLayout.DATA);
        payload.put(at + DeltaLayout.CODEC_OFFSET, (byte) codec);
        payload.putShort(at + DeltaLayout.LENGTH_OFFSET, (short) (lengthBytes - 1));
        payload.putLong(at + DeltaLayout.SINGLE_BLOCK_OFFSET, block);
        payload.put(at + DeltaLayout.FINGERPRINT_OFFSET, fingerprint);
        payload.put(at + DeltaLayout.FINGERPRINT_OFFSET + fingerprint.length, stored, 0, lengthBytes);
        dataBlocks++;
    }

    /** Writes a block that the receiver has. */
    void known(long block, byte[] fingerprint) throws IOException {
        endRun();
        int at = room(DeltaLayout.FINGERPRINT_OFFSET + fingerprint.length);
        payload.putInt(at, DeltaLayout.KNOWN);
        payload.putLong(at + DeltaLayout.SINGLE_BLOCK_OFFSET, block);
        payload.put(at + DeltaLayout.FINGERPRINT_OFFSET, fingerprint);
        knownBlocks++;
    }

    /** Writes a block with the content of one that was written before. */
    void repeat(long block, long earlier) throws IOException {
        // A run does not overlap what it repeats.
        boolean goesOn =
                runType == DeltaLayout.REPEAT && earlier == runEarlier + runCount && runEarlier + runCount < runBlock;
        run(DeltaLayout.REPEAT, block, earlier, goesOn);
        repeatedBlocks++;
    }

    /** Writes a block that is a hole. */
    void hole(long block) throws IOException {
        run(DeltaLayout.HOLE, block, 0, runType == DeltaLayout.HOLE);
        holeBlocks++;
    }

    private void run(int type, long block, long earlier, boolean goesOn) throws IOException {
        if (!goesOn || block != runBlock + runCount || runCount == Integer.MAX_VALUE) {
            endRun();
            runType = type;
            runBlock = block;
            runEarlier = earlier;
        }
        runCount++;
    }

    private void endRun() throws IOException {
        if (runType != 0) {
            boolean isRepeat = runType == DeltaLayout.REPEAT;
            int at = room(isRepeat ? DeltaLayout.REPEAT_BYTES : DeltaLayout.HOLE_BYTES);
            payload.putInt(at, runType);
            payload.putInt(at + DeltaLayout.COUNT_OFFSET, runCount);
            payload.putLong(at + DeltaLayout.RUN_BLOCK_OFFSET, runBlock);
            if (isRepeat) {
                payload.putLong(at + DeltaLayout.EARLIER_OFFSET, runEarlier);
            }
        }
        runType = 0;
        runCount = 0;
    }

    /**
     * Ends the stream.
     *
     * @param baseDigest over the changed blocks of the base
     * @param resultDigest over all blocks of the image, or zeros
     * @throws IOException if the channel refuses, or the operation is cancelled
     */
    void end(byte[] baseDigest, byte[] resultDigest) throws IOException {
        endRun();
        int at = room(DeltaLayout.END_BYTES);
        payload.putInt(at, DeltaLayout.END);
        long[] counts = {dataBlocks, knownBlocks, repeatedBlocks, holeBlocks};
        for (int i = 0; i < counts.length; i++) {
            payload.putLong(at + DeltaLayout.END_COUNTS_OFFSET + i * Long.BYTES, counts[i]);
        }
        payload.put(at + DeltaLayout.BASE_DIGEST_OFFSET, baseDigest);
        payload.put(at + DeltaLayout.RESULT_DIGEST_OFFSET, resultDigest);
        endFrame();
    }

    /** Where a record goes; the frame before it is written if it does not fit in. */
    private int room(int lengthBytes) throws IOException {
        if (payload.remaining() < lengthBytes) {
            endFrame();
        }
        int at = payload.position();
        payload.position(at + lengthBytes);
        return at;
    }

    private void endFrame() throws IOException {
        int length = payload.position();
        small.clear();
        int checksum = DeltaLayout.frameCrc(crc, small, header.streamId(), frames++, payload, length);
        small.clear().putInt(length).putInt(checksum).flip();
        write(small);
        write(payload.flip());
        payload.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        streamBytes += bytes.remaining();
        while (bytes.hasRemaining()) {
            meter.check();
            if (writeSome(bytes) == 0) {
                // A channel that does not block; there is nothing to wait on.
                Thread.onSpinWait();
            }
        }
    }

    private int writeSome(ByteBuffer bytes) throws IOException {
        try {
            return channel.write(bytes);
        } catch (IOException e) {
            meter.check(); // an interrupt closes a channel
            throw e;
        }
    }

    long dataBlocks() {
        return dataBlocks;
    }

    /** Blocks of which a fingerprint or a place was written only. */
    long referredBlocks() {
        return knownBlocks + repeatedBlocks;
    }

    long holeBlocks() {
        return holeBlocks;
    }

    long streamBytes() {
        return streamBytes;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
