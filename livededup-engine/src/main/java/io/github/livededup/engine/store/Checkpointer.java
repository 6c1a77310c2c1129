package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.metadata.MetadataRoots;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.recovery.Roots;
import io.github.livededup.engine.util.FlightRecording;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes checkpoints. While one is taken nothing is appended and nothing changed, so the open groups' tables, the metadata
 * and the journal position belong together. The order is the invariant: block bytes and journal are forced (a commit),
 * then the pages, then the superblock; only then are old pages and journal segments free.
 */
public final class Checkpointer {
    private static final int COPY_ENTRIES = 4096;

    private final BlockGroups groups;
    private final MetadataStore metadata;
    private final Journal journal;
    private final SuperblockFile superblocks;
    private final FailureLatch latch;
    private final VolumeLocks locks;
    private final SpaceLimit limit;
    private final long maxDirtyBytes;
    private final ByteBuffer copy;
    private final int entryBytes;
    private Superblock current;
    private final LongAdder checkpoints = new LongAdder();

    /**
     * Makes the checkpointer.
     *
     * @param parts the volume's parts
     * @param maxDirtyBytes the memory that changed pages may take before a checkpoint is due
     * @param fingerprintBytes the fingerprint's length
     */
    public Checkpointer(StoreParts parts, long maxDirtyBytes, int fingerprintBytes) {
        groups = parts.groups();
        metadata = parts.metadata();
        journal = parts.journal();
        superblocks = parts.superblocks();
        latch = parts.latch();
        locks = parts.locks();
        limit = parts.limit();
        current = superblocks.current();
        this.maxDirtyBytes = maxDirtyBytes;
        entryBytes = TableEntry.sizeBytes(fingerprintBytes);
        copy = ByteBuffer.allocate(COPY_ENTRIES * entryBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether the journal is half full or changed pages take too much memory. */
    boolean isDue() {
        return journal.needsCheckpoint() || metadata.dirtyBytes() > maxDirtyBytes;
    }

    /** Takes a checkpoint if it is due; what can be forced without holding others up is forced before. */
    void checkpointIfDue() throws IOException {
        latch.check();
        try {
            commit();
        } catch (IOException e) {
            throw latch.failedForGood(e);
        }
        locks.appendExclusive().lock();
        try {
            if (isDue()) {
                checkpointLocked(false);
            }
        } finally {
            locks.appendExclusive().unlock();
        }
    }

    /**
     * Takes a checkpoint.
     *
     * @param closing whether nothing will be changed after it
     * @return its generation
     * @throws VolumeFullException if there is no room for it, which shows before anything is written; nothing changed
     * @throws IOException if it fails, by a full disk as well once writing has begun; the volume has then failed. In force when it is
     *     opened again is the checkpoint before, or this one if only its superblock's force failed
     */
    public long checkpoint(boolean closing) throws IOException {
        locks.appendExclusive().lock();
        try {
            return checkpointLocked(closing);
        } finally {
            locks.appendExclusive().unlock();
        }
    }

    private long checkpointLocked(boolean closing) throws IOException {
        latch.check();
        CheckpointEvent event = FlightRecording.isOn() ? CheckpointEvent.begun() : null;
        boolean writes = false;
        // Maps and counts are read without the lock while the disk is waited for.
        locks.metadata().still().lock();
        try {
            commit();
            change(this::saveOpenTables);
            metadata.reserveHeld(0);
            writes = true;
            long dirtyBytes = metadata.dirtyBytes();
            MetadataRoots roots = metadata.checkpoint();
            long start = journal.sequence();
            Superblock next = current.next(Roots.toFormat(roots), start, 0, closing);
            superblocks.write(next);
            current = next;
            change(metadata::checkpointDone);
            journal.release(start);
            limit.otherBytes(journal.sizeBytes() + metadata.statistics().allocatedBytes());
            checkpoints.increment();
            if (event != null) {
                event.record(dirtyBytes, next.generation());
            }
            return next.generation();
        } catch (VolumeFullException e) {
            // Once something was written it may be in force, and the next checkpoint would write over its pages.
            throw writes ? latch.failedForGood(e) : e;
        } catch (Throwable e) {
            throw latch.failedForGood(e);
        } finally {
            locks.metadata().still().unlock();
        }
    }

    private void change(Change change) throws IOException {
        locks.metadataExclusive().lock();
        try {
            change.apply();
        } finally {
            locks.metadataExclusive().unlock();
        }
    }

    /** A change of what is read without the lock. */
    @FunctionalInterface
    private interface Change {
        void apply() throws IOException;
    }

    private void commit() throws IOException {
        journal.commit(groups::force);
    }

    /** Brings what the open groups' tables have grown by since the last checkpoint into pages. */
    private void saveOpenTables() throws IOException {
        for (GroupLayout info : groups.layouts()) {
            if (info.sealed()) {
                continue;
            }
            int saved = metadata.groups().get(info.group()).slots();
            metadata.reserveHeld(
                    metadata.openTables().pagesToAppend(info.slots() - saved) + MetadataStore.SMALL_CHANGE_PAGES);
            for (int slot = saved; slot < info.slots(); ) {
                int count = Math.min(COPY_ENTRIES, info.slots() - slot);
                copy.clear().limit(count * entryBytes);
                groups.copyEntries(info.group(), slot, copy);
                metadata.openTables().append(info.group(), slot, copy.flip());
                slot += count;
            }
            metadata.groups().progress(info.group(), info.slots(), info.dataEnd());
        }
    }

    /**
     * Checkpoints since the volume was opened.
     *
     * @return their number
     */
    public long checkpoints() {
        return checkpoints.sum();
    }

    /**
     * The generation of the last checkpoint.
     *
     * @return the generation
     */
    public long generation() {
        return current.generation();
    }
}
