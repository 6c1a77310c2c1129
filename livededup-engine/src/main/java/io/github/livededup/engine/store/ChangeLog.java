package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalFullException;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.metadata.MetadataStore;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * How metadata is changed: under the exclusive metadata lock, a change's pages are reserved (so that a full disk refuses
 * it whole), its records are appended to the journal as one batch, and it is applied in memory. A failure after the
 * journal took the records would leave memory and journal apart, so it ends all writing.
 */
final class ChangeLog {
    private final MetadataStore metadata;
    private final Journal journal;
    private final FailureLatch latch;
    private final Lock lock;
    private final String resource;
    private final JournalBatch records = new JournalBatch();

    /**
     * Makes the access.
     *
     * @param parts the volume's parts
     */
    ChangeLog(StoreParts parts) {
        metadata = parts.metadata();
        journal = parts.journal();
        latch = parts.latch();
        resource = parts.description();
        lock = parts.locks().metadataExclusive();
    }

    /** What a change does in memory, once the journal has it. */
    @FunctionalInterface
    interface Apply {
        void run() throws IOException;
    }

    /** What a change may use, or whether pages are set aside for one that comes later. */
    private enum Room {
        COMMON,
        OF_FREEING,
        ALL,
        LATER
    }

    /** To be held from before {@link #begin} to after {@link #finish}. */
    Lock lock() {
        return lock;
    }

    /**
     * Begins a change.
     *
     * @param pages what it may take at most
     * @return takes its records
     * @throws VolumeFullException if there is no room; nothing changed
     * @throws IOException if the volume has failed
     */
    JournalBatch begin(long pages) throws IOException {
        return begin(Room.COMMON, pages);
    }

    /** As {@link #begin}, for a change that gives something back: it may use what is kept for those. */
    JournalBatch beginFreeing(long pages) throws IOException {
        return begin(Room.OF_FREEING, pages);
    }

    /** As {@link #begin}, for a change that must not fail: it may use all there is. */
    JournalBatch beginHeld(long pages) throws IOException {
        return begin(Room.ALL, pages);
    }

    /** Ends all writing, since a change failed that must not. */
    IOException failedForGood(Throwable cause) {
        return latch.failedForGood(cause);
    }

    /** Sets pages aside, which {@link #beginHeld} may use and the others not. */
    void hold(long pages) throws IOException {
        begin(Room.LATER, pages);
    }

    private JournalBatch begin(Room room, long pages) throws IOException {
        latch.check();
        try {
            switch (room) {
                case COMMON -> metadata.reserve(pages);
                case OF_FREEING -> metadata.reserveToFree(pages);
                case ALL -> metadata.reserveHeld(pages);
                case LATER -> metadata.hold(pages);
            }
        } catch (IOException e) {
            throw latch.failed(e);
        }
        records.clear();
        return records;
    }

    /**
     * Journals the records and does the change.
     *
     * @param apply does it in memory
     * @throws VolumeFullException if the journal has no room until the next checkpoint; nothing changed
     * @throws IOException if the volume has failed
     */
    void finish(Apply apply) throws IOException {
        journal();
        try {
            apply.run();
        } catch (Throwable e) {
            throw latch.failedForGood(e);
        }
    }

    /**
     * Journals the records only: the frequent changes are done by the caller, since an {@link Apply} is an object. If doing one fails,
     * {@link #failedForGood} says what to throw.
     *
     * @throws VolumeFullException if the journal has no room until the next checkpoint; nothing changed
     * @throws IOException if the volume has failed
     */
    void journal() throws IOException {
        try {
            journal.append(records);
        } catch (JournalFullException e) {
            throw new VolumeFullException(resource, "no room in the journal until the next checkpoint", e);
        } catch (IOException e) {
            throw latch.failed(e);
        }
    }
}
