package io.github.livededup.engine.check;

import io.github.livededup.Compression;
import io.github.livededup.CorruptionException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinters;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.lifecycle.Attempts;
import io.github.livededup.engine.util.HelperTasks;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Reads all live blocks of all groups, each group by one of several threads, as far as time allows. */
final class BlockCheck {
    /** So few that a step at a slow rate does not take long. */
    private static final int SLOTS_PER_STEP = 64;

    private static final long SAVE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final VerifierParts parts;
    private final VerifyLevel level;
    private final Problems problems;
    private final CheckPace pace;
    private final Runnable report;
    private final ScrubQueue queue;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicLong blocks = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private long savedNanos;

    /**
     * Makes the check.
     *
     * @param parts the volume
     * @param level how deep
     * @param problems takes what is wrong
     * @param pace holds it back and stops it
     * @param from where an earlier run ended
     * @param report run by the caller's thread now and then
     */
    BlockCheck(
            VerifierParts parts,
            VerifyLevel level,
            Problems problems,
            CheckPace pace,
            ScrubCursor from,
            Runnable report) {
        this.parts = parts;
        this.level = level;
        this.problems = problems;
        this.pace = pace;
        this.report = report;
        queue = new ScrubQueue(
                parts.groups().layouts(), from, group -> parts.times().lastChecked(group, level));
    }

    /** Reads blocks until all are read or the time is up. */
    void run(Executor helpers, int threads) throws IOException {
        pace.startRate();
        List<FutureTask<Boolean>> others = HelperTasks.start(helpers, threads - 1, this::scrubGroups);
        Attempts attempts = new Attempts();
        attempts.run(this::scrubGroups);
        for (FutureTask<Boolean> task : others) {
            // Each, whatever became of those before: they read what is gone once the volume is closed.
            attempts.run(() -> await(task));
        }
        attempts.run(this::saveTimes);
        attempts.end();
    }

    /** Scrubs groups until none is left, or another thread failed; returns true. */
    private boolean scrubGroups() throws IOException {
        boolean done = false;
        try {
            Fingerprinters fingerprinters = Fingerprinters.of(parts.format().fingerprint());
            BlockScrub scrub = new BlockScrub(
                    parts.groups(),
                    problems,
                    BlockCodec.of(Compression.NONE),
                    parts.format().blockSizeBytes(),
                    fingerprinters.lengthBytes(),
                    level == VerifyLevel.FINGERPRINTS ? fingerprinters.newFingerprinter() : null);
            ScrubQueue.Task task;
            do {
                task = queue.take();
            } while (task != null && scrubGroup(task, scrub));
            done = true;
            return true;
        } finally {
            if (!done) {
                failed.set(true);
            }
        }
    }

    /** Scrubs a group; false if the time is up or another thread failed. */
    private boolean scrubGroup(ScrubQueue.Task task, BlockScrub scrub) throws IOException {
        int slots = parts.groups().slotCount(task.group());
        for (int slot = task.fromSlot(); slot < slots; ) {
            pace.check();
            int to = Math.min(slot + SLOTS_PER_STEP, slots);
            long bytesBefore = scrub.bytes();
            scrubSlots(task.group(), slot, to, scrub);
            slot = to;
            if (slot < slots) {
                queue.readTo(task.group(), slot);
            }
            pace.read(scrub.bytes() - bytesBefore);
            if (slot < slots && isOver()) {
                return false;
            }
        }
        queue.finish(task.group());
        parts.times().checked(task.group(), level, parts.clock().millisSince1970());
        return !isOver();
    }

    private boolean isOver() {
        return failed.get() || pace.isOver();
    }

    private void scrubSlots(int group, int fromSlot, int toSlot, BlockScrub scrub) throws IOException {
        long blocksBefore = scrub.blocks();
        long bytesBefore = scrub.bytes();
        // Before asking what is alive: what is at this moment stays where it is until this leaves.
        int ticket = parts.groups().enter();
        try {
            long live = live(group, fromSlot, toSlot);
            for (int slot = fromSlot; slot < toSlot; slot++) {
                if ((live & (1L << (slot - fromSlot))) != 0) {
                    scrub.check(BlockAddress.of(group, slot));
                }
            }
        } finally {
            parts.groups().leave(ticket);
        }
        blocks.addAndGet(scrub.blocks() - blocksBefore);
        bytes.addAndGet(scrub.bytes() - bytesBefore);
        if (pace.isCaller()) {
            report.run();
            if (pace.elapsedNanos() - savedNanos > SAVE_NANOS) {
                saveTimes();
            }
        }
    }

    /** Which of at most 64 slots have references. */
    private long live(int group, int fromSlot, int toSlot) throws IOException {
        parts.metadataShared().lock();
        try {
            long live = 0;
            for (int slot = fromSlot; slot < toSlot; slot++) {
                if (parts.metadata().references().count(BlockAddress.of(group, slot)) > 0) {
                    live |= 1L << (slot - fromSlot);
                }
            }
            return live;
        } catch (CorruptionException e) {
            // The metadata's own check reports it; whether the blocks are in use is not known.
            return 0;
        } finally {
            parts.metadataShared().unlock();
        }
    }

    private void saveTimes() {
        savedNanos = pace.elapsedNanos();
        Set<Integer> groups =
                parts.groups().layouts().stream().map(GroupLayout::group).collect(Collectors.toSet());
        parts.times().save(groups);
    }

    private void await(FutureTask<Boolean> task) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                    pace.noteInterrupt();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException io) {
                        throw io;
                    }
                    throw new IllegalStateException("verification failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    boolean isComplete() {
        return queue.isEmpty();
    }

    ScrubCursor cursor() {
        return queue.cursor();
    }

    long groups() {
        return queue.finished();
    }

    long blocks() {
        return blocks.get();
    }

    long bytes() {
        return bytes.get();
    }
}
