package io.github.livededup.engine.format;

import io.github.livededup.CorruptionException;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.ImageStore;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.VolumeOptions;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of a delta stream, which {@code docs/DELTA.md} describes: a header, then frames of records. All numbers are
 * little-endian. The first 16 bytes are the same in every version.
 *
 * <pre>
 *  0     u64       magic {@link #MAGIC}
 *  8     u32       version
 *  12    u32       the version, all bits inverted
 *  16    u64 u64   stream id, high and low half
 *  32    u32       block size in bytes
 *  36    u32       fingerprint: 1 SHA-256, 2 BLAKE3, 3 XXH3-128
 *  40    u32       flags: bit 0, there is a base; bit 1, the digest of the whole image is at the end
 *  44    u32       0
 *  48    u64       base size in bytes, 0 without a base
 *  56    u64       image size in bytes
 *  64    ...       0
 *  124   u32       CRC32C of the bytes before
 * </pre>
 *
 * A frame is its payload's length (u32), a CRC32C (u32) and the payload. A record is a type (u8), three bytes and the rest.
 */
public final class DeltaLayout {
    /** The newest version this library reads, the one it writes. */
    public static final int VERSION = 1;
    /** The oldest version this library reads. */
    public static final int OLDEST_VERSION = 1;
    /** Starts a stream: "LDEDUPDL". */
    public static final long MAGIC = 0x4c4450554445444cL;
    /** The size of the header. */
    public static final int HEADER_BYTES = 128;
    /** What comes before a frame's payload. */
    public static final int FRAME_HEADER_BYTES = 2 * Integer.BYTES;
    /** The longest payload of a frame; several of the longest records fit. */
    public static final int MAX_FRAME_BYTES = 1 << 18;

    /** A block with its stored bytes: codec u8, length less one u16, block u64, fingerprint, stored bytes. */
    public static final int DATA = 1;
    /** A block that the receiver has: 3 bytes 0, block u64, fingerprint. */
    public static final int KNOWN = 2;
    /** Blocks whose content came before: 3 bytes 0, count u32, block u64, the block it is at u64. */
    public static final int REPEAT = 3;
    /** Blocks that are holes now: 3 bytes 0, count u32, block u64. */
    public static final int HOLE = 4;
    /** The end: 3 bytes 0, counts, digests. */
    public static final int END = 5;

    /** Where the codec stands in {@link #DATA}. */
    public static final int CODEC_OFFSET = 1;
    /** Where the stored length less one stands in {@link #DATA}. */
    public static final int LENGTH_OFFSET = 2;
    /** Where the block stands in {@link #DATA} and {@link #KNOWN}. */
    public static final int SINGLE_BLOCK_OFFSET = 4;
    /** Where the fingerprint stands in {@link #DATA} and {@link #KNOWN}. */
    public static final int FINGERPRINT_OFFSET = SINGLE_BLOCK_OFFSET + Long.BYTES;
    /** Where the count stands in {@link #REPEAT} and {@link #HOLE}. */
    public static final int COUNT_OFFSET = 4;
    /** Where the first block stands in {@link #REPEAT} and {@link #HOLE}. */
    public static final int RUN_BLOCK_OFFSET = COUNT_OFFSET + Integer.BYTES;
    /** Where the block with the content stands in {@link #REPEAT}. */
    public static final int EARLIER_OFFSET = RUN_BLOCK_OFFSET + Long.BYTES;
    /** The size of {@link #REPEAT}. */
    public static final int REPEAT_BYTES = EARLIER_OFFSET + Long.BYTES;
    /** The size of {@link #HOLE}. */
    public static final int HOLE_BYTES = RUN_BLOCK_OFFSET + Long.BYTES;
    /** Where the counts stand in {@link #END}: blocks of {@link #DATA}, {@link #KNOWN}, {@link #REPEAT}, {@link #HOLE}. */
    public static final int END_COUNTS_OFFSET = 4;
    /** Where the digest over the base stands in {@link #END}. */
    public static final int BASE_DIGEST_OFFSET = END_COUNTS_OFFSET + 4 * Long.BYTES;
    /** The size of a digest. */
    public static final int DIGEST_BYTES = 32;
    /** Where the digest over the image stands in {@link #END}. */
    public static final int RESULT_DIGEST_OFFSET = BASE_DIGEST_OFFSET + DIGEST_BYTES;
    /** The size of {@link #END}. */
    public static final int END_BYTES = RESULT_DIGEST_OFFSET + DIGEST_BYTES;

    private static final int VERSION_OFFSET = 8;
    private static final int VERSION_CHECK_OFFSET = 12;
    private static final int STREAM_HIGH_OFFSET = 16;
    private static final int STREAM_LOW_OFFSET = 24;
    private static final int BLOCK_SIZE_OFFSET = 32;
    private static final int ALGORITHM_OFFSET = 36;
    private static final int FLAGS_OFFSET = 40;
    private static final int BASE_SIZE_OFFSET = 48;
    private static final int IMAGE_SIZE_OFFSET = 56;
    private static final int CRC_OFFSET = HEADER_BYTES - Integer.BYTES;

    private static final int HAS_BASE = 1;
    private static final int HAS_RESULT_DIGEST = 2;

    private DeltaLayout() {}

    /**
     * Writes a header.
     *
     * @param header what to write
     * @param into little-endian, {@link #HEADER_BYTES} zeros from index 0; position and limit stay
     */
    public static void writeHeader(DeltaHeader header, ByteBuffer into) {
        into.putLong(0, MAGIC);
        into.putInt(VERSION_OFFSET, VERSION);
        into.putInt(VERSION_CHECK_OFFSET, ~VERSION);
        into.putLong(STREAM_HIGH_OFFSET, header.streamId().getMostSignificantBits());
        into.putLong(STREAM_LOW_OFFSET, header.streamId().getLeastSignificantBits());
        into.putInt(BLOCK_SIZE_OFFSET, header.blockSizeBytes());
        into.putInt(ALGORITHM_OFFSET, SuperblockLayout.fingerprintNumber(header.fingerprint()));
        into.putInt(
                FLAGS_OFFSET, (header.hasBase() ? HAS_BASE : 0) | (header.hasResultDigest() ? HAS_RESULT_DIGEST : 0));
        into.putLong(BASE_SIZE_OFFSET, header.baseSizeBytes());
        into.putLong(IMAGE_SIZE_OFFSET, header.imageSizeBytes());
        into.putInt(CRC_OFFSET, Checksums.crc32c(into, 0, CRC_OFFSET));
    }

    /**
     * Reads and checks a header.
     *
     * @param from little-endian, {@link #HEADER_BYTES} bytes from index 0; position and limit stay
     * @param resource how messages name the stream
     * @return what it says
     * @throws CorruptionException if it is damaged, or no delta stream at all
     * @throws UnsupportedFormatException if it is of a version this library does not read
     */
    public static DeltaHeader readHeader(ByteBuffer from, String resource)
            throws CorruptionException, UnsupportedFormatException {
        check(resource, "magic", from.getLong(0), MAGIC);
        int version = from.getInt(VERSION_OFFSET);
        check(resource, "inverted version", from.getInt(VERSION_CHECK_OFFSET), ~version);
        if (version < OLDEST_VERSION || version > VERSION) {
            throw new UnsupportedFormatException(resource, version, OLDEST_VERSION, VERSION);
        }
        check(resource, "header checksum", from.getInt(CRC_OFFSET), Checksums.crc32c(from, 0, CRC_OFFSET));
        int flags = from.getInt(FLAGS_OFFSET);
        check(resource, "unknown flags", flags & ~(HAS_BASE | HAS_RESULT_DIGEST), 0);
        for (int at = IMAGE_SIZE_OFFSET + Long.BYTES; at < CRC_OFFSET; at += Integer.BYTES) {
            check(resource, "unused bytes of the header", from.getInt(at), 0);
        }
        check(resource, "unused bytes of the header", from.getInt(FLAGS_OFFSET + Integer.BYTES), 0);
        boolean hasBase = (flags & HAS_BASE) != 0;
        int blockSize = from.getInt(BLOCK_SIZE_OFFSET);
        if (blockSize < VolumeOptions.MIN_BLOCK_SIZE_BYTES
                || blockSize > VolumeOptions.MAX_BLOCK_SIZE_BYTES
                || Integer.bitCount(blockSize) != 1) {
            throw new CorruptionException(
                    resource,
                    "block size: actual=" + blockSize + " expected=a power of two, "
                            + VolumeOptions.MIN_BLOCK_SIZE_BYTES + ".." + VolumeOptions.MAX_BLOCK_SIZE_BYTES);
        }
        return new DeltaHeader(
                new UUID(from.getLong(STREAM_HIGH_OFFSET), from.getLong(STREAM_LOW_OFFSET)),
                blockSize,
                algorithm(from.getInt(ALGORITHM_OFFSET), resource),
                hasBase,
                (flags & HAS_RESULT_DIGEST) != 0,
                size(resource, "base size", from.getLong(BASE_SIZE_OFFSET), hasBase),
                size(resource, "image size", from.getLong(IMAGE_SIZE_OFFSET), true));
    }

    private static FingerprintAlgorithm algorithm(int number, String resource) throws CorruptionException {
        for (FingerprintAlgorithm algorithm : FingerprintAlgorithm.values()) {
            if (SuperblockLayout.fingerprintNumber(algorithm) == number) {
                return algorithm;
            }
        }
        throw new CorruptionException(resource, "fingerprint algorithm: actual=" + number + " expected=1..3");
    }

    private static long size(String resource, String what, long bytes, boolean any) throws CorruptionException {
        long max = any ? ImageStore.MAX_IMAGE_SIZE_BYTES : 0;
        if (bytes < 0 || bytes > max) {
            throw new CorruptionException(resource, what + ": actual=" + bytes + " expected=0.." + max);
        }
        return bytes;
    }

    private static void check(String resource, String what, long actual, long expected) throws CorruptionException {
        if (actual != expected) {
            throw new CorruptionException(
                    resource,
                    what + ": actual=0x" + Long.toHexString(actual) + " expected=0x" + Long.toHexString(expected));
        }
    }

    /**
     * The checksum of a frame: over the stream's id, the frame's number in the stream and its payload's length, then the
     * payload, so that a frame of another stream or place is found out.
     *
     * @param crc computes it
     * @param scratch at least 28 bytes, little-endian, with an array
     * @param streamId the stream
     * @param frame the frame's number, from 0
     * @param payload its payload, with an array, from index 0
     * @param lengthBytes the payload's length
     * @return the checksum
     */
    public static int frameCrc(
            CRC32C crc, ByteBuffer scratch, UUID streamId, long frame, ByteBuffer payload, int lengthBytes) {
        scratch.putLong(0, streamId.getMostSignificantBits());
        scratch.putLong(8, streamId.getLeastSignificantBits());
        scratch.putLong(16, frame);
        scratch.putInt(24, lengthBytes);
        crc.reset();
        crc.update(scratch.array(), scratch.arrayOffset(), 28);
        crc.update(payload.array(), payload.arrayOffset(), lengthBytes);
        return (int) crc.getValue();
    }
}
