package io.github.livededup.examples.imageimport.command;

import io.github.livededup.CancellationToken;
import io.github.livededup.LiveDedup;
import io.github.livededup.ProgressListener;
import io.github.livededup.RepairAction;
import io.github.livededup.RepairPlan;
import io.github.livededup.RepairReport;
import io.github.livededup.SalvageOptions;
import io.github.livededup.SalvageReport;
import io.github.livededup.SavingsEstimate;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Where volumes come from: {@link LiveDedup}, or a double in tests. */
public interface Volumes {
    /** The real one. */
    Volumes LIVE = new Volumes() {
        @Override
        public Volume create(Path directory, VolumeOptions options) throws IOException {
            return LiveDedup.create(directory, options);
        }

        @Override
        public Volume open(Path directory, VolumeOptions options) throws IOException {
            return LiveDedup.open(directory, options);
        }

        @Override
        public List<SavingsEstimate> estimate(
                List<Path> files, ProgressListener listener, CancellationToken cancellation) throws IOException {
            return LiveDedup.estimate(files, listener, cancellation);
        }

        @Override
        public RepairPlan planRepair(Path directory) throws IOException {
            return LiveDedup.planRepair(directory);
        }

        @Override
        public RepairReport repair(Path directory, Set<RepairAction> actions) throws IOException {
            return LiveDedup.repair(directory, actions);
        }

        @Override
        public SalvageReport salvage(Path source, Path target, SalvageOptions options) throws IOException {
            return LiveDedup.salvage(source, target, options);
        }
    };

    /**
     * Creates a volume; see {@link LiveDedup#create}.
     *
     * @param directory the volume's directory
     * @param options the options
     * @return the open volume
     * @throws IOException as {@link LiveDedup#create} says
     */
    Volume create(Path directory, VolumeOptions options) throws IOException;

    /**
     * Opens a volume; see {@link LiveDedup#open}.
     *
     * @param directory the volume's directory
     * @param options the options
     * @return the open volume
     * @throws IOException as {@link LiveDedup#open} says
     */
    Volume open(Path directory, VolumeOptions options) throws IOException;

    /**
     * Estimates savings; see {@link LiveDedup#estimate}.
     *
     * @param files the files to read
     * @param listener told of progress
     * @param cancellation asked between chunks
     * @return one estimate per block size
     * @throws IOException as {@link LiveDedup#estimate} says
     */
    List<SavingsEstimate> estimate(List<Path> files, ProgressListener listener, CancellationToken cancellation)
            throws IOException;

    /**
     * Copies what can be read of a damaged volume; see {@link LiveDedup#salvage}.
     *
     * @param source the damaged volume's directory
     * @param target the new volume's directory
     * @param options how
     * @return what was copied and what is lost
     * @throws IOException as {@link LiveDedup#salvage} says
     */
    SalvageReport salvage(Path source, Path target, SalvageOptions options) throws IOException;

    /**
     * Finds out which repairs would help; see {@link LiveDedup#planRepair}.
     *
     * @param directory the volume's directory
     * @return the plan
     * @throws IOException as {@link LiveDedup#planRepair} says
     */
    RepairPlan planRepair(Path directory) throws IOException;

    /**
     * Repairs a volume; see {@link LiveDedup#repair}.
     *
     * @param directory the volume's directory
     * @param actions what to do
     * @return what was done
     * @throws IOException as {@link LiveDedup#repair} says
     */
    RepairReport repair(Path directory, Set<RepairAction> actions) throws IOException;
}
