package io.github.livededup.spi;

import io.github.livededup.CancellationToken;
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

/**
 * An engine that can create and open volumes, found by {@link java.util.ServiceLoader}.
 *
 * @since 0.1.0
 */
public interface VolumeProvider {
    /**
     * Creates a volume; see {@link io.github.livededup.LiveDedup#create}.
     *
     * @param directory the volume's directory
     * @param options the options
     * @return the open volume, owned by the caller
     * @throws IOException as {@link io.github.livededup.LiveDedup#create} says
     */
    Volume create(Path directory, VolumeOptions options) throws IOException;

    /**
     * Opens a volume; see {@link io.github.livededup.LiveDedup#open}.
     *
     * @param directory the volume's directory
     * @param options the options
     * @return the open volume, owned by the caller
     * @throws IOException as {@link io.github.livededup.LiveDedup#open} says
     */
    Volume open(Path directory, VolumeOptions options) throws IOException;

    /**
     * Estimates savings; see {@link io.github.livededup.LiveDedup#estimate}.
     *
     * @param files the files to read
     * @param listener told of progress
     * @param cancellation asked between chunks
     * @return one estimate per block size, smallest first
     * @throws IOException if a file cannot be read or the work was cancelled
     */
    List<SavingsEstimate> estimate(List<Path> files, ProgressListener listener, CancellationToken cancellation)
            throws IOException;

    /**
     * Copies what can be read of a damaged volume; see {@link io.github.livededup.LiveDedup#salvage}.
     *
     * @param source the damaged volume's directory
     * @param target the new volume's directory
     * @param options how
     * @return what was copied and what is lost
     * @throws IOException as {@link io.github.livededup.LiveDedup#salvage} says
     */
    default SalvageReport salvage(Path source, Path target, SalvageOptions options) throws IOException {
        throw new UnsupportedOperationException("salvage");
    }

    /**
     * Finds out what is wrong and which repairs would help; see {@link io.github.livededup.LiveDedup#planRepair}.
     *
     * @param directory the volume's directory
     * @return the plan
     * @throws IOException as {@link io.github.livededup.LiveDedup#planRepair} says
     */
    default RepairPlan planRepair(Path directory) throws IOException {
        throw new UnsupportedOperationException("planRepair");
    }

    /**
     * Repairs a volume in place; see {@link io.github.livededup.LiveDedup#repair}.
     *
     * @param directory the volume's directory
     * @param actions what to do
     * @return what was done
     * @throws IOException as {@link io.github.livededup.LiveDedup#repair} says
     */
    default RepairReport repair(Path directory, Set<RepairAction> actions) throws IOException {
        throw new UnsupportedOperationException("repair");
    }
}
