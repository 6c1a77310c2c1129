package io.github.livededup.engine.codec;

import io.github.livededup.Compression;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * Compresses and decompresses blocks. Each block stands for itself, so blocks written under one {@link Compression} are
 * read under any other. Safe for use by many threads; with LZ4's native library, nothing is allocated per block.
 *
 * <p>LZ4 detects no damage by itself: check the stored bytes' checksum before decompressing.
 */
public final class BlockCodec {
    /** The codec of blocks stored as they are. */
    public static final int RAW = 0;
    /** The codec of LZ4 blocks (LZ4 block format, no frame). */
    public static final int LZ4 = 1;

    /** What {@link #compress} returns for a block that is better stored as it is. */
    public static final int NOT_SMALLER = -1;

    /**
     * A block that shrinks by less than this part of it is stored as it is: reading a raw block is a copy, several times
     * cheaper than decompressing.
     */
    private static final int LEAST_SAVING_DIVISOR = 32;

    private static final LZ4Factory FACTORY = factory();

    private final @Nullable LZ4Compressor compressor;
    private final LZ4SafeDecompressor decompressor = FACTORY.safeDecompressor();

    private BlockCodec(@Nullable LZ4Compressor compressor) {
        this.compressor = compressor;
    }

    /**
     * The codec for a compression.
     *
     * @param compression how new blocks are compressed
     * @return a codec
     */
    public static BlockCodec of(Compression compression) {
        return new BlockCodec(
                switch (compression) {
                    case LZ4_FAST -> FACTORY.fastCompressor();
                    case LZ4_HC -> FACTORY.highCompressor();
                    case NONE -> null;
                });
    }

    /**
     * The room to leave for the compressed form of a block, so that an incompressible one costs least.
     *
     * @param blockSizeBytes the block's size
     * @return a number of bytes, somewhat more than the block's
     */
    public static int maxCompressedBytes(int blockSizeBytes) {
        return FACTORY.fastCompressor().maxCompressedLength(blockSizeBytes);
    }

    /**
     * The codec of what {@link #compress} makes.
     *
     * @return {@link #LZ4}, or {@link #RAW} if it never makes anything
     */
    public int codecId() {
        return compressor == null ? RAW : LZ4;
    }

    /**
     * Compresses a block.
     *
     * @param src holds the block, heap or direct; position and limit are neither used nor changed
     * @param offset where it starts, absolute
     * @param lengthBytes its size
     * @param dst receives the compressed bytes, heap or direct; position and limit stay. Bytes up to {@link
     *     #maxCompressedBytes} from {@code dstOffset} may be overwritten. With less room it works, too, but a block that
     *     does not fit then costs an exception inside
     * @param dstOffset where to put them, absolute
     * @return their number, or {@link #NOT_SMALLER} if the block is to be stored as it is
     */
    public int compress(ByteBuffer src, int offset, int lengthBytes, ByteBuffer dst, int dstOffset) {
        if (compressor == null) {
            return NOT_SMALLER;
        }
        Objects.checkFromIndexSize(offset, lengthBytes, src.capacity());
        Objects.checkFromIndexSize(dstOffset, 0, dst.capacity());
        int room = Math.min(maxCompressedBytes(lengthBytes), dst.capacity() - dstOffset);
        int compressed;
        try {
            compressed = compressor.compress(src, offset, lengthBytes, dst, dstOffset, room);
        } catch (LZ4Exception e) { // it does not fit
            return NOT_SMALLER;
        }
        return compressed > lengthBytes - lengthBytes / LEAST_SAVING_DIVISOR ? NOT_SMALLER : compressed;
    }

    /**
     * Whether a codec is known to this version.
     *
     * @param codecId its number
     * @return true if {@link #decompress} can read it
     */
    public static boolean isKnown(int codecId) {
        return codecId == RAW || codecId == LZ4;
    }

    /**
     * Decompresses a block.
     *
     * @param codecId the codec of the stored bytes
     * @param src holds the stored bytes, heap or direct; position and limit are neither used nor changed
     * @param offset where they start, absolute
     * @param storedBytes their number
     * @param dst receives the block, heap or direct; position and limit stay
     * @param dstOffset where to put it, absolute
     * @param blockSizeBytes the block's size
     * @return false if the stored bytes are no block of this size, or the codec is unknown; {@code dst}'s range is then
     *     undefined
     * @throws IndexOutOfBoundsException if a range is not within its buffer
     */
    public boolean decompress(
            int codecId,
            ByteBuffer src,
            int offset,
            int storedBytes,
            ByteBuffer dst,
            int dstOffset,
            int blockSizeBytes) {
        Objects.checkFromIndexSize(offset, storedBytes, src.capacity());
        Objects.checkFromIndexSize(dstOffset, blockSizeBytes, dst.capacity());
        switch (codecId) {
            case RAW:
                if (storedBytes != blockSizeBytes) {
                    return false;
                }
                dst.put(dstOffset, src, offset, blockSizeBytes);
                return true;
            case LZ4:
                try {
                    return decompressor.decompress(src, offset, storedBytes, dst, dstOffset, blockSizeBytes)
                            == blockSizeBytes;
                } catch (LZ4Exception | IndexOutOfBoundsException e) { // malformed
                    return false;
                }
            default:
                return false;
        }
    }

    /**
     * In how many ways blocks of a codec may have been made: by this version's compressors, on this machine or another.
     *
     * @param codecId the codec
     * @return the number of variants for {@link #encode}
     */
    public static int variants(int codecId) {
        return codecId == RAW ? 1 : codecId == LZ4 ? Variants.COMPRESSORS.size() : 0;
    }

    /**
     * Makes the stored form of a block in one of several ways, to find the one in which it was stored.
     *
     * @param codecId the codec
     * @param variant below {@link #variants}
     * @param src holds the block, heap or direct; position and limit are neither used nor changed
     * @param offset where it starts, absolute
     * @param lengthBytes its size
     * @param dst receives the stored form from index 0, with room for {@link #maxCompressedBytes}; position and limit stay
     * @return its length
     */
    public static int encode(int codecId, int variant, ByteBuffer src, int offset, int lengthBytes, ByteBuffer dst) {
        if (codecId == RAW) {
            dst.put(0, src, offset, lengthBytes);
            return lengthBytes;
        }
        return Variants.COMPRESSORS.get(variant).compress(src, offset, lengthBytes, dst, 0, dst.capacity());
    }

    /** All compressors; made when they are first needed. */
    private static final class Variants {
        private static final List<LZ4Compressor> COMPRESSORS = Stream.of(FACTORY, LZ4Factory.safeInstance())
                .flatMap(factory -> Stream.of(factory.fastCompressor(), factory.highCompressor()))
                .toList();
    }

    /** The native library where it loads (it is unpacked into the temporary directory), else plain Java. */
    private static LZ4Factory factory() {
        try {
            return LZ4Factory.fastestInstance();
        } catch (LinkageError | RuntimeException e) {
            return LZ4Factory.safeInstance();
        }
    }
}
