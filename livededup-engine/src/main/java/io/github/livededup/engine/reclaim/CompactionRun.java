package io.github.livededup.engine.reclaim;

import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.CorruptionException;
import io.github.livededup.Progress;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.GroupChanges;
import io.github.livededup.engine.util.FlightRecording;
import io.github.livededup.engine.util.SlotSet;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupReclaim;
import io.github.livededup.engine.volume.RewrittenGroup;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One compaction: goes through the groups that are due. For one thread and one use. */
final class CompactionRun {
    private static final Logger LOG = System.getLogger(CompactionRun.class.getName());
    /** After so many bytes copied a checkpoint gives their old regions back. */
    private static final long CHECKPOINT_BYTES = 256L << 20;
    /** After so many groups as well. */
    private static final int CHECKPOINT_GROUPS = 64;
    /** An open group is left to its writers until this much of it is dead, or a sixteenth of what it holds at most. */
    private static final long MIN_OPEN_DEAD_BYTES = 1L << 20;
    /** If all of it is dead, nothing is copied, and this much is enough. */
    private static final long MIN_OPEN_WHOLLY_DEAD_BYTES = 64L << 10;

    private static final long REPORT_NANOS = 200_000_000L;

    private final GroupChanges changes;
    private final BlockGroups groups;
    private final VacatedRegions vacated;
    private final String resource;
    private final CompactionOptions options;
    private final Pace pace;

    /** Groups without room for a copy, whose retired slots the next checkpoint makes durable. */
    private final List<Integer> toPunch = new ArrayList<>();

    private int rewrittenGroups;
    private int freedGroups;
    private int skippedGroups;
    private long copiedBytes;
    private long reclaimedBytes;
    private long damagedBlocks;
    private long sinceCheckpointBytes;
    private int sinceCheckpointGroups;
    private long totalBytes;
    private long doneBytes;
    private long lastReportNanos;

    CompactionRun(
            GroupChanges changes,
            BlockGroups groups,
            VacatedRegions vacated,
            String resource,
            CompactionOptions options,
            Pace pace) {
        this.changes = changes;
        this.groups = groups;
        this.vacated = vacated;
        this.resource = resource;
        this.options = options;
        this.pace = pace;
    }

    long reclaimedBytes() {
        return reclaimedBytes;
    }

    /** Compacts the groups that are due, then gives back what open groups have allocated ahead. */
    CompactionResult all() throws IOException {
        groups();
        long before = groups.usedBytes();
        changes.checkpointAndTrim();
        reclaimedBytes += Math.max(0, before - groups.usedBytes());
        report(true);
        return new CompactionResult(
                rewrittenGroups,
                freedGroups,
                copiedBytes,
                reclaimedBytes,
                skippedGroups,
                damagedBlocks,
                Duration.ofNanos(pace.elapsedNanos()));
    }

    /** Compacts the groups that are due. */
    void groups() throws IOException {
        CompactionEvent event = FlightRecording.isOn() ? CompactionEvent.begun() : null;
        reclaimedBytes += vacated.release();
        List<Candidate> due = due();
        totalBytes = due.stream().mapToLong(Candidate::liveBytes).sum();
        boolean done = false;
        try {
            for (Candidate candidate : due) {
                pace.check();
                compact(candidate);
                if (sinceCheckpointBytes >= CHECKPOINT_BYTES || sinceCheckpointGroups >= CHECKPOINT_GROUPS) {
                    giveBack();
                }
            }
            giveBack();
            done = true;
        } finally {
            if (!done) {
                giveBackQuietly();
            }
            if (event != null && rewrittenGroups + freedGroups > 0) {
                event.record(rewrittenGroups, freedGroups, copiedBytes, reclaimedBytes);
            }
        }
    }

    private List<Candidate> due() throws IOException {
        return changes.figures().stream()
                .map(Candidate::of)
                .filter(this::isDue)
                .sorted(Candidate.BEST_FIRST)
                .toList();
    }

    private boolean isDue(Candidate candidate) {
        if (candidate.open()) {
            long least = candidate.liveBlocks() == 0 ? MIN_OPEN_WHOLLY_DEAD_BYTES : MIN_OPEN_DEAD_BYTES;
            return candidate.deadBytes() >= least && candidate.deadShare() >= options.minDeadShare();
        }
        return candidate.liveBlocks() == 0
                || (candidate.deadBytes() > 0 && candidate.deadShare() >= options.minDeadShare());
    }

    private void compact(Candidate candidate) throws IOException {
        try {
            compactNow(candidate);
        } catch (VolumeFullException e) {
            skippedGroups++;
            LOG.log(Level.DEBUG, () -> resource + ": no room to rewrite group " + candidate.group(), e);
        } catch (CorruptionException e) {
            skippedGroups++;
            LOG.log(Level.WARNING, () -> resource + ": group " + candidate.group() + " is not compacted", e);
        }
    }

    private void compactNow(Candidate candidate) throws IOException {
        int group = candidate.group();
        if (candidate.open() && !changes.seal(group)) {
            return;
        }
        GroupChanges.Retired retired = changes.retire(group);
        groups.reclaim().awaitReaders();
        if (retired.liveBlocks() == 0) {
            vacated.add(changes.free(group));
            freedGroups++;
        } else if (retired.dead().count() > 0) {
            rewriteOrPunch(group, retired.dead());
        }
        sinceCheckpointGroups++;
    }

    private void rewriteOrPunch(int group, SlotSet dead) throws IOException {
        if (isRewritten(group, dead)) {
            return;
        }
        // What was compacted before may make the room.
        if (hasToGiveBack()) {
            giveBack();
            if (isRewritten(group, dead)) {
                return;
            }
        }
        changes.keepRetired(group, dead);
        toPunch.add(group);
        skippedGroups++;
    }

    private boolean isRewritten(int group, SlotSet dead) throws IOException {
        try {
            rewrite(group, dead);
            return true;
        } catch (VolumeFullException e) {
            LOG.log(Level.DEBUG, () -> resource + ": no room to rewrite group " + group, e);
            return false;
        }
    }

    private void rewrite(int group, SlotSet dead) throws IOException {
        RewrittenGroup copy = groups.reclaim().rewrite(group, dead, this::copied);
        boolean moved = false;
        try {
            GroupReclaim.Vacated place = changes.move(copy);
            moved = true;
            vacated.add(place);
        } finally {
            if (!moved) {
                groups.reclaim().abandon(copy);
            }
        }
        rewrittenGroups++;
        damagedBlocks += copy.damagedBlocks();
        copiedBytes += copy.copiedBytes();
        sinceCheckpointBytes += copy.copiedBytes();
    }

    private void copied(long bytes) throws IOException {
        doneBytes += bytes;
        report(false);
        pace.copied(bytes);
    }

    private void giveBack() throws IOException {
        sinceCheckpointBytes = 0;
        sinceCheckpointGroups = 0;
        if (!hasToGiveBack()) {
            return;
        }
        // The second one has next to nothing to write: then both slots of the superblock name the new places.
        changes.checkpoint();
        changes.checkpoint();
        reclaimedBytes += vacated.release();
        for (int group : toPunch) {
            punch(group);
        }
        toPunch.clear();
    }

    private void punch(int group) throws IOException {
        try {
            reclaimedBytes += groups.reclaim().punchRetired(group);
        } catch (CorruptionException e) {
            LOG.log(Level.WARNING, () -> resource + ": group " + group + " is not given back in place", e);
        }
    }

    private boolean hasToGiveBack() {
        return !vacated.isEmpty() || !toPunch.isEmpty();
    }

    /** On the way out with a failure: what was compacted before goes back if that is possible, else with a later one. */
    private void giveBackQuietly() {
        try {
            giveBack();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> resource + ": regions are given back later", e);
        }
    }

    private void report(boolean last) {
        long now = System.nanoTime();
        if (last || now - lastReportNanos >= REPORT_NANOS) {
            lastReportNanos = now;
            options.listener()
                    .onProgress(new Progress(
                            "compact",
                            resource,
                            doneBytes,
                            Math.max(totalBytes, doneBytes),
                            0,
                            0,
                            0,
                            Duration.ofNanos(pace.elapsedNanos())));
        }
    }
}
