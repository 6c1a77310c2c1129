package io.github.livededup;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * An open image: a virtual disk that is read and written at any position. Reads and writes by many threads may overlap;
 * each block of a write is seen whole or not at all, and a read that follows a finished write sees it. Several handles
 * of one image see each other's writes. Buffers may be heap or direct.
 *
 * <p>Small writes may be kept in memory until {@link #flush()}, a commit of the volume, or the write budget
 * ({@link VolumeOptions#writeBufferBytes()}) stores them; room for them is set aside before a write returns. Until then a
 * crash may lose any of them, each block whole or not at all.
 *
 * <p>Every method but {@link #isReadOnly()} and {@link #close()} throws {@link VolumeClosedException} if the handle or the
 * volume is closed, and {@link NotFoundException} if the image was deleted.
 *
 * @since 0.1.0
 */
public interface Image extends Closeable {
    /**
     * The image's present name.
     *
     * @return the name
     * @throws IOException if closed or deleted
     */
    String name() throws IOException;

    /**
     * The logical size.
     *
     * @return the size in bytes; need not be a multiple of the block size
     * @throws IOException if closed or deleted
     */
    long sizeBytes() throws IOException;

    /**
     * Reads bytes, holes as zeros.
     *
     * @param into filled from its position, which moves by what was read; its limit stays
     * @param positionBytes where to start, 0 or more
     * @return the bytes read: what remained in {@code into}, less at the end of the image, -1 if the position is at or
     *     past the end and something remained
     * @throws InvalidArgumentException if the position is negative or {@code into} is read-only
     * @throws CorruptionException if a block fails its checksum; the position of {@code into} stays
     * @throws IOException if reading fails
     */
    int read(ByteBuffer into, long positionBytes) throws IOException;

    /**
     * Writes all that remains in a buffer; durable after {@link #flush()} or the next commit. Blocks that become all
     * zero become holes.
     *
     * @param from written from its position, which moves to its limit; must not change during the call
     * @param positionBytes where to start; the write must end within the image
     * @throws InvalidArgumentException if the range leaves the image
     * @throws ReadOnlyException if the image is a snapshot, or it or the volume is open for reading only
     * @throws VolumeFullException if there is no room; some whole blocks may have been written, the position of {@code
     *     from} stays
     * @throws IOException if the file system refuses
     */
    void write(ByteBuffer from, long positionBytes) throws IOException;

    /**
     * Writes all that remains in a buffer behind the end, which moves by as much: appends by several threads, through
     * whatever handles, never overlap. Otherwise as {@link #write}.
     *
     * @param from written from its position, which moves to its limit; must not change during the call
     * @return where it was written: the size before
     * @throws InvalidArgumentException if the image would be larger than {@link ImageStore#MAX_IMAGE_SIZE_BYTES}
     * @throws ReadOnlyException if the image is a snapshot, or it or the volume is open for reading only
     * @throws VolumeFullException if there is no room; the image may have grown and some whole blocks been written, the
     *     position of {@code from} stays
     * @throws IOException if the file system refuses
     */
    long append(ByteBuffer from) throws IOException;

    /**
     * Changes the size. Growing adds a hole; what shrinking cuts off is gone and reads as zeros should the image grow
     * again.
     *
     * @param newSizeBytes the new size, from 0 to {@link ImageStore#MAX_IMAGE_SIZE_BYTES}
     * @throws InvalidArgumentException if the size is outside
     * @throws ReadOnlyException if the image is a snapshot, or it or the volume is open for reading only
     * @throws VolumeFullException if there is no room; of what was to be cut off some may read as zeros
     * @throws IOException if the file system refuses
     */
    void resize(long newSizeBytes) throws IOException;

    /**
     * Turns a range into zeros; whole blocks become holes and give back their references.
     *
     * @param positionBytes where to start
     * @param lengthBytes how many bytes; the range must lie within the image
     * @throws InvalidArgumentException if the range leaves the image
     * @throws ReadOnlyException if the image is a snapshot, or it or the volume is open for reading only
     * @throws VolumeFullException if there is no room; some of the range may read as zeros
     * @throws IOException if the file system refuses
     */
    void discard(long positionBytes, long lengthBytes) throws IOException;

    /**
     * Discards several ranges as {@link #discard} does each; faster, and up to 32 ranges of less than 128 MiB together are
     * discarded all or not at all if there is no room.
     *
     * @param ranges the ranges, each within the image; what kind they say they are does not matter
     * @throws InvalidArgumentException if a range leaves the image; nothing was changed
     * @throws ReadOnlyException if the image is a snapshot, or it or the volume is open for reading only
     * @throws VolumeFullException if there is no room for blocks that are discarded in part; of more or longer ranges than said
     *     above some may be discarded
     * @throws IOException if the file system refuses
     */
    void discardAll(List<Extent> ranges) throws IOException;

    /**
     * Writes zeros. Zero blocks are holes, so this is the same as {@link #discard}.
     *
     * @param positionBytes where to start
     * @param lengthBytes how many bytes; the range must lie within the image
     * @throws InvalidArgumentException if the range leaves the image
     * @throws ReadOnlyException if the image is a snapshot, or it or the volume is open for reading only
     * @throws VolumeFullException if there is no room; some of the range may read as zeros
     * @throws IOException if the file system refuses
     */
    default void writeZeroes(long positionBytes, long lengthBytes) throws IOException {
        discard(positionBytes, lengthBytes);
    }

    /**
     * Makes every write to this image that returned before this call durable.
     *
     * @throws VolumeFailedException if a write or force failed, now or earlier
     * @throws IOException if the file system refuses
     */
    void flush() throws IOException;

    /**
     * The data/hole map of a range: neighbouring extents differ in kind, and together they cover the range exactly.
     *
     * @param positionBytes where to start, 0 or more
     * @param lengthBytes how far; what lies past the end of the image is left out
     * @return the extents in order
     * @throws InvalidArgumentException if position or length is negative
     * @throws IOException if metadata cannot be read
     */
    List<Extent> extents(long positionBytes, long lengthBytes) throws IOException;

    /**
     * A channel over the image, with a position of its own. Writing past the end grows the image; truncating shrinks
     * it. Closing the channel does not close this handle.
     *
     * @return a new channel
     * @throws IOException if closed or deleted
     */
    SeekableByteChannel channel() throws IOException;

    /**
     * The image's bytes from a position to its end, as it is when they are read.
     *
     * @param positionBytes where to start, 0 or more
     * @return a new stream; closing it does not close this handle
     * @throws InvalidArgumentException if the position is negative
     * @throws IOException if closed or deleted
     */
    default InputStream inputStream(long positionBytes) throws IOException {
        return Channels.newInputStream(channel().position(positionBytes));
    }

    /**
     * Writes from a position on; past the end the image grows.
     *
     * @param positionBytes where to start, 0 or more
     * @return a new stream; it does not buffer, and closing it neither flushes nor closes this handle
     * @throws InvalidArgumentException if the position is negative
     * @throws ReadOnlyException if the image is a snapshot, or it or the volume is open for reading only
     * @throws IOException if closed or deleted
     */
    default OutputStream outputStream(long positionBytes) throws IOException {
        if (isReadOnly()) {
            throw new ReadOnlyException(name(), "the image is open for reading only");
        }
        return Channels.newOutputStream(channel().position(positionBytes));
    }

    /**
     * Whether this handle refuses writes.
     *
     * @return true if so
     */
    boolean isReadOnly();

    /** Closes the handle; what was written stays. Closing again does nothing. */
    @Override
    void close();
}
