package io.github.livededup.engine;

import io.github.livededup.RepairAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What repairs do, in words. */
final class RepairTexts {
    private RepairTexts() {}

    static String does(Set<RepairAction> actions, RepairTrials.Trial trial, long generation, boolean slotDamaged) {
        List<String> texts = new ArrayList<>();
        for (RepairAction action : new TreeSet<>(actions)) {
            texts.add(
                    switch (action) {
                        case REBUILD_INDEX -> "deletes the index, which the next open makes anew";
                        case REBUILD_COUNTS -> "counts references and free pages anew";
                        case CUT_JOURNAL -> "ends the journal where it cannot be read on";
                        case USE_OTHER_SUPERBLOCK ->
                            slotDamaged
                                    ? "goes on from generation " + generation + ", the intact superblock's"
                                    : "goes back behind generation " + generation + " to the older superblock";
                    });
        }
        boolean writes = actions.stream().anyMatch(action -> action != RepairAction.REBUILD_INDEX);
        if (writes && trial.nextGeneration > 0) {
            texts.add("applies " + trial.replayed + " batches of the journal and writes generation "
                    + trial.nextGeneration);
        }
        return String.join("; ", texts);
    }
}
