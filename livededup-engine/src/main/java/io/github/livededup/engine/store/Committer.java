package io.github.livededup.engine.store;

import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Commits: block bytes are forced first, then the journal that points to them. Calls at the same time share one force
 * each (the journal's group commit). A checkpoint is taken when the journal is half full or changed pages take too much
 * memory.
 */
public final class Committer {
    private final BlockGroups groups;
    private final Journal journal;
    private final FailureLatch latch;
    private final Checkpointer checkpointer;
    private final LongAdder commits = new LongAdder();

    /**
     * Makes the committer.
     *
     * @param parts the volume's parts
     * @param checkpointer takes checkpoints when they are due
     */
    public Committer(StoreParts parts, Checkpointer checkpointer) {
        groups = parts.groups();
        journal = parts.journal();
        latch = parts.latch();
        this.checkpointer = checkpointer;
    }

    /**
     * Makes everything journaled so far durable.
     *
     * @throws io.github.livededup.VolumeFailedException if a write or force failed, now or earlier
     * @throws IOException if the disk is full before anything was written
     */
    public void commit() throws IOException {
        latch.check();
        try {
            journal.commit(groups::force);
        } catch (IOException e) {
            throw latch.failedForGood(e);
        }
        commits.increment();
    }

    /**
     * Takes a checkpoint if it is time. To be called without any lock.
     *
     * @throws IOException if it fails
     */
    public void keepRoom() throws IOException {
        if (checkpointer.isDue()) {
            checkpointer.checkpointIfDue();
        }
    }

    /**
     * Takes a checkpoint, since something found no room: pages that are no more needed, and the journal, become free. To be
     * called without any lock.
     *
     * @throws IOException if it fails
     */
    void makeRoom() throws IOException {
        checkpointer.checkpoint(false);
    }

    /**
     * Commits since the volume was opened.
     *
     * @return their number
     */
    public long commits() {
        return commits.sum();
    }
}
