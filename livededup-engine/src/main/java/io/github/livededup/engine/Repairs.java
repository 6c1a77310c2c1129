package io.github.livededup.engine;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.RepairAction;
import io.github.livededup.RepairPlan;
import io.github.livededup.RepairRefusedException;
import io.github.livededup.RepairReport;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Repairs a volume in place. A repair is an opening of the volume with some parts made anew in memory; its first checkpoint
 * makes it durable all at once, by the order that every checkpoint keeps.
 */
final class Repairs {
    private Repairs() {}

    /**
     * Repairs.
     *
     * @param directory the volume's directory, locked for writing; the caller closes it, twice does no harm
     * @param path the path the caller gave
     * @param actions what to do
     * @return what was done
     * @throws RepairRefusedException if it does not help; nothing was changed
     * @throws IOException if the file system refuses
     */
    static RepairReport repair(VolumeDirectory directory, Path path, Set<RepairAction> actions) throws IOException {
        RepairTrials trials = new RepairTrials(directory);
        RepairPlan.Trial trial = trials.attempt(actions);
        if (!trial.helps()) {
            throw new RepairRefusedException(directory.description(), "repair by " + actions + ": " + first(trial));
        }
        long before = trials.generation();
        if (actions.contains(RepairAction.REBUILD_INDEX)) {
            VolumeCreator.removeIndex(directory);
        }
        VolumeOptions options = VolumeOptions.builder()
                .backgroundCompaction(BackgroundCompaction.OFF)
                .build();
        VerifyReport verification;
        try (Volume volume = VolumeOpener.open(directory, path, options, RepairMode.of(actions))) {
            verification = volume.verify(VerifyOptions.of(VerifyLevel.METADATA));
        }
        return new RepairReport(trial, before, before, verification);
    }

    private static String first(RepairPlan.Trial trial) {
        return trial.problems().isEmpty()
                ? "actual=not sound afterwards expected=sound"
                : trial.problems().get(0).resource() + ": "
                        + trial.problems().get(0).message();
    }

    /** The generation in force, 0 if no superblock is intact. */
    static long generation(VolumeDirectory directory) throws IOException {
        return SuperblockFile.slots(directory).stream()
                .mapToLong(slot ->
                        slot.superblock() == null ? 0 : slot.superblock().generation())
                .max()
                .orElse(0);
    }
}
