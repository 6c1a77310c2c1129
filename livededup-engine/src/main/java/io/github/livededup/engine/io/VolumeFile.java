package io.github.livededup.engine.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a volume, with positional access. Safe for use by many threads, also threads that are interrupted: an
 * interrupt never closes the file nor fails a call. A disk without room is a {@link
 * io.github.livededup.VolumeFullException}; every other failure is the file system's own {@link IOException}.
 */
public interface VolumeFile extends Closeable {
    /**
     * The file as messages name it.
     *
     * @return a path
     */
    String description();

    /**
     * The file's size.
     *
     * @return the size in bytes
     * @throws IOException if it fails
     */
    long sizeBytes() throws IOException;

    /**
     * The bytes the file takes on disk, holes not counted.
     *
     * @return the allocated bytes
     * @throws IOException if it fails
     */
    long allocatedBytes() throws IOException;

    /**
     * Fills a buffer.
     *
     * @param into filled from position to limit; the position moves to the limit
     * @param positionBytes where to start
     * @throws java.io.EOFException if the file ends before; the position of {@code into} is then undefined
     * @throws IOException if reading fails
     */
    void read(ByteBuffer into, long positionBytes) throws IOException;

    /**
     * Writes all of a buffer; the file grows as needed.
     *
     * @param from written from position to limit; the position moves to the limit
     * @param positionBytes where to start
     * @throws io.github.livededup.VolumeFullException if the disk is full
     * @throws IOException if writing fails
     */
    void write(ByteBuffer from, long positionBytes) throws IOException;

    /**
     * Has the system begin to write a range to the disk, so that the next {@link #force()} has less to wait for. A hint:
     * nothing is durable afterwards, and where it cannot be given nothing happens.
     *
     * @param positionBytes where to start
     * @param lengthBytes how much
     */
    default void startWriting(long positionBytes, long lengthBytes) {}

    /**
     * Makes everything written so far durable, the size included. After a failure, never call it again: the first
     * failure may have dropped pages and a second call would then succeed falsely.
     *
     * @throws IOException if it fails
     */
    void force() throws IOException;

    /**
     * Sets the size: cuts off or adds a hole.
     *
     * @param sizeBytes the new size
     * @throws IOException if it fails
     */
    void resize(long sizeBytes) throws IOException;

    /**
     * Reserves space, so that writing there later cannot fail for want of it; content stays, new space reads as zeros.
     *
     * @param positionBytes where to start
     * @param lengthBytes how much; the file grows if it ends before
     * @throws io.github.livededup.VolumeFullException if the disk is full
     * @throws IOException if it fails
     */
    void allocate(long positionBytes, long lengthBytes) throws IOException;

    /**
     * Gives space back to the file system; the range then reads as zeros, and the size stays. Where the file system
     * cannot, nothing happens.
     *
     * @param positionBytes where to start
     * @param lengthBytes how much
     * @return whether the space was given back
     * @throws IOException if it fails
     */
    boolean punch(long positionBytes, long lengthBytes) throws IOException;

    /**
     * Maps a range for reading. The range must lie within the file, and the file must not be cut below it while the
     * mapping lives, or reading crashes the JVM.
     *
     * @param positionBytes where to start, a multiple of 4096
     * @param lengthBytes how much
     * @return the mapping; the caller closes it when nobody reads it any more
     * @throws IOException if it fails
     */
    MappedRegion map(long positionBytes, int lengthBytes) throws IOException;

    /**
     * Where the next data or hole starts, as SEEK_DATA and SEEK_HOLE tell.
     *
     * @param positionBytes where to look from
     * @param data true for the next data, false for the next hole
     * @return the position at or after, the size if there is none, which is before it if the file is shorter. A file system that cannot
     *     tell answers as if all were data
     * @throws IOException if it fails
     */
    long seek(long positionBytes, boolean data) throws IOException;

    /**
     * The data in a range, found by walking it. Where others cut the file off or punch it meanwhile the answer is as good as any
     * moment's, and the walk ends all the same.
     *
     * @param fromBytes where the range starts
     * @param toBytes where it ends
     * @return the bytes that are no hole
     * @throws IOException if it fails
     */
    default long dataBytes(long fromBytes, long toBytes) throws IOException {
        long total = 0;
        long at = fromBytes;
        while (at < toBytes) {
            long data = seek(at, true);
            if (data < at || data >= toBytes) {
                break; // the file has been cut off, or there is no more
            }
            long hole = Math.min(seek(data, false), toBytes);
            total += Math.max(0, hole - data);
            at = Math.max(hole, data + 1); // what was data may be a hole by now, or gone
        }
        return total;
    }
}
