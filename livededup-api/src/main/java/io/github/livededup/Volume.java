package io.github.livededup;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An open volume. Closing it waits for calls in flight, commits, and writes a checkpoint; a call after that throws
 * {@link VolumeClosedException}. A volume that is never closed loses nothing that was committed.
 *
 * @since 0.1.0
 */
public interface Volume extends Closeable {
    /**
     * The block store.
     *
     * @return always the same object
     */
    BlockStore blocks();

    /**
     * The image store.
     *
     * @return always the same object
     */
    ImageStore images();

    /**
     * Makes everything that was done before this call durable. Callers at the same time share one force.
     *
     * @throws VolumeClosedException if the volume is closed
     * @throws VolumeFailedException if a write or force failed, now or earlier
     * @throws IOException if the file system refuses; or if writes to an image that are kept in memory cannot be stored, for
     *     want of room or as its map is damaged: they stay in memory, and everything else is durable
     */
    void commit() throws IOException;

    /**
     * A snapshot of the volume's figures. Writes that wait in memory are stored first, so that they are counted.
     *
     * @return the statistics
     * @throws VolumeClosedException if the volume is closed
     * @throws IOException if metadata cannot be read
     */
    VolumeStatistics statistics() throws IOException;

    /**
     * Checks the volume on line. Damage is reported, not thrown. Others read and write meanwhile; changes wait while metadata
     * is checked, not while blocks are.
     *
     * <p>Block groups are taken in the order in which they were last checked at this level or a deeper one, those never checked
     * first. When each was checked is kept with the volume, if it is open for writing.
     *
     * @param options how deep, how fast, how long, where to go on, and who is told of progress
     * @return what was found
     * @throws InvalidArgumentException if the cursor is no cursor, of another volume, level or version
     * @throws VolumeClosedException if the volume is closed
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the check itself cannot go on
     */
    VerifyReport verify(VerifyOptions options) throws IOException;

    /**
     * Gives the space of dead blocks back to the file system: block groups without a live block are freed, groups with
     * many dead ones are rewritten without them, and what they took is punched out of the volume's file. Addresses stay.
     * Others read and write meanwhile; two compactions take turns.
     *
     * @param options which groups, how fast, who is told
     * @return what was done
     * @throws ReadOnlyException if the volume is open for reading only
     * @throws VolumeClosedException if the volume is closed
     * @throws VolumeFailedException if a write or force failed, now or earlier
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IllegalStateException if it is called by the listener of a compaction of this volume
     * @throws IOException if the file system refuses
     */
    CompactionResult compact(CompactionOptions options) throws IOException;

    /**
     * How scattered the blocks of all images lie, by walking their maps.
     *
     * @return the sum over all images
     * @throws VolumeClosedException if the volume is closed
     * @throws IOException if metadata cannot be read
     */
    Fragmentation fragmentation() throws IOException;

    /**
     * The volume's directory.
     *
     * @return the path it was opened with
     */
    Path directory();

    /**
     * The block size.
     *
     * @return the size in bytes, a power of two
     */
    int blockSizeBytes();

    /**
     * The algorithm recorded in the volume.
     *
     * @return the algorithm
     */
    FingerprintAlgorithm fingerprintAlgorithm();

    /**
     * Whether the volume is open for reading only.
     *
     * @return true if every change is refused
     */
    boolean isReadOnly();

    /**
     * Whether the volume is open.
     *
     * @return false once {@link #close()} was called
     */
    boolean isOpen();

    /**
     * Commits, checkpoints and closes; waits for calls in flight. Closing again does nothing. Whatever is thrown but an
     * {@link IllegalStateException}, everything is released: the lock, the mappings, the threads.
     *
     * @throws IllegalStateException if called from within a call on the volume, by a listener for instance; the volume stays open
     * @throws VolumeFailedException if the last commit or checkpoint fails; what was committed earlier is safe
     * @throws VolumeFullException if there is no room for the last checkpoint; what was committed is safe
     * @throws IOException if the file system refuses
     */
    @Override
    void close() throws IOException;
}
