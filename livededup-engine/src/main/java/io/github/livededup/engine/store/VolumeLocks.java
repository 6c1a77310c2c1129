package io.github.livededup.engine.store;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The volume's two wide locks. Order: an image's write lock, the monitor of images' names, the lock of {@link WriteBack},
 * append lock, a block's stripe, a stream, metadata lock, and inside the journal its own; none of them is taken while a
 * later one is held.
 *
 * <ul>
 *   <li>Append lock: shared by whoever appends blocks and journals them, exclusive for a checkpoint, so that the open
 *       groups' tables and the journal position it records belong together.
 *   <li>Metadata lock: shared by readers of maps and catalogue, exclusive for whoever journals and applies a change. Reads of blocks look
 *       into maps and counts without it, see {@link MetadataLock}.
 * </ul>
 */
public final class VolumeLocks {
    private final ReentrantReadWriteLock append = new ReentrantReadWriteLock();
    private final MetadataLock metadata = new MetadataLock();

    /** Makes the locks, all free. */
    public VolumeLocks() {}

    /**
     * For appending blocks.
     *
     * @return the shared side of the append lock
     */
    Lock appendShared() {
        return append.readLock();
    }

    /**
     * For a checkpoint.
     *
     * @return the exclusive side of the append lock
     */
    Lock appendExclusive() {
        return append.writeLock();
    }

    /**
     * For reading metadata.
     *
     * @return the shared side of the metadata lock
     */
    public Lock metadataShared() {
        return metadata.shared();
    }

    /**
     * For changing metadata.
     *
     * @return the exclusive side of the metadata lock
     */
    Lock metadataExclusive() {
        return metadata.exclusive();
    }

    /**
     * The metadata lock itself.
     *
     * @return always the same
     */
    MetadataLock metadata() {
        return metadata;
    }
}
