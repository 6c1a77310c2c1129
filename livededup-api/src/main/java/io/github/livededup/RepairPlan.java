package io.github.livededup;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is wrong with a volume, and what each repair would do; made by {@link LiveDedup#planRepair}, which changes nothing. Each
 * repair was tried out in memory and its outcome verified.
 *
 * @param opens whether the volume opens as it is
 * @param superblocks what the two slots of the superblock hold
 * @param problems what is wrong with structure and metadata as they are, at most 1,000
 * @param problemCount how many problems there are in all
 * @param trials the repairs tried, the one that loses least first
 * @since 0.1.0
 */
public record RepairPlan(
        boolean opens,
        List<Slot> superblocks,
        List<VerifyReport.Problem> problems,
        long problemCount,
        List<Trial> trials) {
    /**
     * Makes a plan.
     *
     * @param opens whether the volume opens as it is
     * @param superblocks what the two slots of the superblock hold
     * @param problems what is wrong
     * @param problemCount how many problems there are in all
     * @param trials the repairs tried
     */
    public RepairPlan {
        superblocks = List.copyOf(superblocks);
        problems = List.copyOf(problems);
        trials = List.copyOf(trials);
    }

    /**
     * The repair that loses least, of those that were tried and leave structure and metadata sound. That the index can be made
     * anew at any time is no advice.
     *
     * @return the trial; empty if nothing is wrong, or if none helps and only a {@linkplain LiveDedup#salvage salvage} does
     */
    public Optional<Trial> advised() {
        boolean isSound = opens && problemCount == 0;
        return trials.stream()
                .filter(trial -> !isSound && trial.helps())
                .filter(trial -> !trial.actions().equals(Set.of(RepairAction.REBUILD_INDEX)))
                .findFirst();
    }

    /**
     * A slot of the superblock.
     *
     * @param number 0 or 1
     * @param generation the checkpoint it holds, empty if it is damaged
     * @param inForce whether the volume goes on from it
     * @param closedCleanly whether the volume was closed behind it
     * @param problem what is wrong with it, "" if it is intact
     * @since 0.1.0
     */
    public record Slot(int number, Optional<Long> generation, boolean inForce, boolean closedCleanly, String problem) {}

    /**
     * A repair that was tried out.
     *
     * @param actions its actions
     * @param helps whether the volume would open and its structure and metadata be sound after it
     * @param does what it would do
     * @param loses what would be lost, "nothing" if nothing is
     * @param problems what would be wrong after it, the first few
     * @since 0.1.0
     */
    public record Trial(
            Set<RepairAction> actions, boolean helps, String does, String loses, List<VerifyReport.Problem> problems) {
        /**
         * Makes a trial.
         *
         * @param actions its actions
         * @param helps whether it helps
         * @param does what it would do
         * @param loses what would be lost
         * @param problems what would be wrong after it
         */
        public Trial {
            actions = Collections.unmodifiableSet(new TreeSet<>(actions));
            problems = List.copyOf(problems);
        }
    }
}
