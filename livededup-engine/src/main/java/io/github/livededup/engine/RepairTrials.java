package io.github.livededup.engine;

import io.github.livededup.CorruptionException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.NotFoundException;
import io.github.livededup.RepairAction;
import io.github.livededup.RepairPlan;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.VerifyReport;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries repairs out: the volume is recovered in memory as the repair would do it, and verified; nothing is written. What goes
 * on without a superblock, or in another version, is not tried.
 */
final class RepairTrials {
    private static final int MAX_PROBLEMS = 1_000;
    private static final int MAX_TRIAL_PROBLEMS = 20;
    private static final long RECOUNT_MEMORY_BYTES = 64L << 20;
    /** Tried in this order: what loses least comes first. */
    private static final List<Set<RepairAction>> CANDIDATES = List.of(
            EnumSet.of(RepairAction.REBUILD_COUNTS),
            EnumSet.of(RepairAction.USE_OTHER_SUPERBLOCK),
            EnumSet.of(RepairAction.USE_OTHER_SUPERBLOCK, RepairAction.REBUILD_COUNTS),
            EnumSet.of(RepairAction.CUT_JOURNAL),
            EnumSet.of(RepairAction.CUT_JOURNAL, RepairAction.REBUILD_COUNTS),
            EnumSet.of(RepairAction.CUT_JOURNAL, RepairAction.USE_OTHER_SUPERBLOCK),
            EnumSet.of(RepairAction.CUT_JOURNAL, RepairAction.USE_OTHER_SUPERBLOCK, RepairAction.REBUILD_COUNTS));

    private final VolumeDirectory directory;
    private final List<SuperblockFile.Slot> slots;
    private final VolumeOptions options = VolumeOptions.builder().readOnly(true).build();

    RepairTrials(VolumeDirectory directory) throws IOException {
        this.directory = directory;
        slots = SuperblockFile.slots(directory);
        if (newest() == null) {
            throw new CorruptionException(
                    directory.description() + "/" + SuperblockFile.NAME,
                    "intact superblock slots: actual=0 expected=1..2; nothing can be repaired");
        }
    }

    /** The superblock in force, or null if none is intact. */
    private @Nullable Superblock newest() {
        return slots.stream()
                .map(SuperblockFile.Slot::superblock)
                .filter(Objects::nonNull)
                .max(Comparator.comparingLong(Superblock::generation))
                .orElse(null);
    }

    /** The generation in force. */
    long generation() {
        return Objects.requireNonNull(newest()).generation();
    }

    /** Tries all there is. */
    RepairPlan plan() throws IOException {
        Trial asItIs = run(EnumSet.noneOf(RepairAction.class), MAX_PROBLEMS);
        List<VerifyReport.Problem> problems = new ArrayList<>(asItIs.problems);
        for (SuperblockFile.Slot slot : slots) {
            if (slot.problem() != null) {
                problems.add(problem(
                        VerifyReport.Kind.SUPERBLOCK, SuperblockFile.NAME + " slot " + slot.number(), slot.problem()));
            }
        }
        List<RepairPlan.Trial> trials = new ArrayList<>();
        List<Set<RepairAction>> candidates = new ArrayList<>();
        if (isSlotDamaged()) {
            candidates.add(EnumSet.of(RepairAction.USE_OTHER_SUPERBLOCK));
        }
        candidates.addAll(CANDIDATES);
        boolean helped = asItIs.isSound && !isSlotDamaged();
        for (Set<RepairAction> candidate : candidates) {
            boolean isPossible = !candidate.contains(RepairAction.USE_OTHER_SUPERBLOCK) || hasOther();
            if (!helped && isPossible) {
                RepairPlan.Trial trial = attempt(candidate);
                trials.add(trial);
                helped = trial.helps();
            }
        }
        trials.add(attempt(EnumSet.of(RepairAction.REBUILD_INDEX)));
        return new RepairPlan(
                asItIs.opens,
                slots(),
                problems,
                asItIs.problemCount + problems.size() - asItIs.problems.size(),
                trials);
    }

    private boolean isSlotDamaged() {
        return slots.stream().anyMatch(slot -> slot.superblock() == null);
    }

    private boolean hasOther() {
        return isSlotDamaged() || hasOlder();
    }

    private boolean hasOlder() {
        return slots.stream()
                .map(SuperblockFile.Slot::superblock)
                .anyMatch(found -> found != null && found.generation() != generation());
    }

    private List<RepairPlan.Slot> slots() {
        return slots.stream()
                .map(slot -> {
                    Superblock found = slot.superblock();
                    return new RepairPlan.Slot(
                            slot.number(),
                            found == null ? Optional.empty() : Optional.of(found.generation()),
                            found != null && found.generation() == generation(),
                            found != null && found.cleanlyClosed(),
                            slot.problem() == null ? "" : slot.problem());
                })
                .toList();
    }

    /** Tries a repair. */
    RepairPlan.Trial attempt(Set<RepairAction> actions) throws IOException {
        if (actions.contains(RepairAction.USE_OTHER_SUPERBLOCK) && !hasOther()) {
            return new RepairPlan.Trial(
                    actions,
                    false,
                    "nothing",
                    "nothing",
                    List.of(problem(
                            VerifyReport.Kind.SUPERBLOCK,
                            SuperblockFile.NAME,
                            "older superblock: actual=none expected=one")));
        }
        Trial trial = run(actions, MAX_TRIAL_PROBLEMS);
        return new RepairPlan.Trial(
                actions,
                trial.isSound,
                RepairTexts.does(actions, trial, generation(), isSlotDamaged()),
                trial.loses,
                trial.problems);
    }

    /** The outcome of one recovery. */
    static final class Trial {
        private final List<VerifyReport.Problem> problems = new ArrayList<>();
        private final int maxProblems;
        private long problemCount;
        private long groupProblems;
        private boolean isInPlace;
        private boolean opens;
        private boolean isSound;
        private String loses = "nothing";
        /** The generation the next checkpoint gets. */
        long nextGeneration;

        long replayed;

        private Trial(int maxProblems) {
            this.maxProblems = maxProblems;
        }

        private void add(VerifyReport.Problem problem) {
            problemCount++;
            groupProblems += problem.kind() == VerifyReport.Kind.GROUP ? 1 : 0;
            if (problems.size() < maxProblems) {
                problems.add(problem);
            }
        }
    }

    private Trial run(Set<RepairAction> actions, int maxProblems) throws IOException {
        Trial trial = new Trial(maxProblems);
        try {
            VolumeOpener.recover(directory, options, RepairMode.of(actions), recovered -> {
                trial.isInPlace = !isSlotDamaged() || isInPlace(recovered);
                trial.opens = trial.isInPlace || !actions.isEmpty();
                trial.nextGeneration = recovered.superblocks().current().generation() + 1;
                trial.replayed = recovered.replayed();
                verify(recovered, trial);
                trial.loses = loses(actions, recovered, trial.groupProblems);
            });
        } catch (NotFoundException
                | VolumeLockedException
                | UnsupportedFormatException
                | InterruptedIOException
                | ClosedByInterruptException e) {
            throw e;
        } catch (IOException | IllegalStateException | IllegalArgumentException | ArithmeticException e) {
            String resource = e instanceof LiveDedupException ours ? ours.resource() : directory.description();
            trial.add(problem(VerifyReport.Kind.OTHER, resource, "cannot be opened: " + e.getMessage()));
        }
        // A damaged group is not made worse by counting anew; but going back may be what damages it.
        trial.isSound = trial.opens
                && trial.isInPlace
                && trial.problemCount - (actions.contains(RepairAction.USE_OTHER_SUPERBLOCK) ? 0 : trial.groupProblems)
                        == 0;
        return trial;
    }

    private static void verify(RecoveredVolume recovered, Trial trial) throws IOException {
        recovered
                .metadata()
                .verify(
                        (resource, message) -> trial.add(problem(VerifyReport.Kind.METADATA, resource, message)),
                        RECOUNT_MEMORY_BYTES);
        for (GroupLayout group : recovered.groups().layouts()) {
            try {
                recovered.groups().check(group.group());
            } catch (CorruptionException e) {
                trial.add(problem(VerifyReport.Kind.GROUP, "group " + group.group(), String.valueOf(e.getMessage())));
            }
        }
    }

    /** Whether all groups are where the intact slot's checkpoint has them; an ordinary opening asks the same. */
    private static boolean isInPlace(RecoveredVolume recovered) throws IOException {
        try {
            recovered.groups().checkPlaces();
            return true;
        } catch (CorruptionException e) {
            return false;
        }
    }

    private String loses(Set<RepairAction> actions, RecoveredVolume recovered, long groupProblems) throws IOException {
        String loses = loses(actions, recovered);
        if (groupProblems == 0) {
            return loses;
        }
        boolean goesBack = actions.contains(RepairAction.USE_OTHER_SUPERBLOCK) || isSlotDamaged();
        return (loses.startsWith("nothing") ? "" : loses + "; ")
                + "blocks of " + groupProblems + " block groups that are damaged"
                + (goesBack ? ", or not where this checkpoint has them" : " already");
    }

    private String loses(Set<RepairAction> actions, RecoveredVolume recovered) throws IOException {
        Superblock newest = Objects.requireNonNull(newest());
        String loss = recovered.journal().loss();
        boolean isNew = actions.contains(RepairAction.CUT_JOURNAL)
                && recovered.journal().sequence() == 0
                && newest.journalStart() != 0;
        if (isNew) {
            return newest.cleanlyClosed() && !actions.contains(RepairAction.USE_OTHER_SUPERBLOCK)
                    ? "nothing, as the volume was closed cleanly"
                    : "all changes since the checkpoint, as the journal cannot be read";
        }
        if (loss != null) {
            return "committed changes: " + loss;
        }
        if (actions.contains(RepairAction.USE_OTHER_SUPERBLOCK) && isSlotDamaged()) {
            return "nothing, as the journal has no trace of a later commit";
        }
        if (actions.contains(RepairAction.USE_OTHER_SUPERBLOCK)
                && recovered.journal().sequence() < newest.journalStart()) {
            return "changes that only the checkpoint of generation " + newest.generation()
                    + " holds: the journal ends at " + recovered.journal().sequence() + ", that checkpoint is of "
                    + newest.journalStart();
        }
        return "nothing";
    }

    private static VerifyReport.Problem problem(VerifyReport.Kind kind, String resource, @Nullable String message) {
        return new VerifyReport.Problem(kind, resource, String.valueOf(message), OptionalLong.empty(), List.of(), 0, 0);
    }
}
