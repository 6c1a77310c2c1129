package io.github.livededup.examples.imageimport.command;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CancellationToken;
import io.github.livededup.NotFoundException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Volumes in memory, kept by directory, with just enough behaviour to test the commands. */
final class FakeVolumes implements Volumes {
    final Map<Path, FakeVolume> volumes = new HashMap<>();

    /** What happens when an image of that name is read or written. */
    final Map<String, IOException> failures = new HashMap<>();

    @Override
    public Volume create(Path directory, VolumeOptions options) throws IOException {
        if (volumes.containsKey(directory)) {
            throw new AlreadyExistsException(directory.toString(), "not empty");
        }
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("volume"), "fake");
        FakeVolume volume = new FakeVolume(directory, options, failures);
        volumes.put(directory, volume);
        return volume;
    }

    @Override
    public Volume open(Path directory, VolumeOptions options) throws IOException {
        FakeVolume volume = volumes.get(directory);
        if (volume == null) {
            throw new NotFoundException(directory.toString(), "no volume");
        }
        volume.openedWith = options;
        volume.open = true;
        return volume;
    }

    @Override
    public List<SavingsEstimate> estimate(List<Path> files, ProgressListener listener, CancellationToken cancellation) {
        return List.of(
                new SavingsEstimate(4096, 1_000_000, 800_000, 600_000, 200_000),
                new SavingsEstimate(8192, 1_000_000, 800_000, 700_000, 250_000));
    }

    @Override
    public SalvageReport salvage(Path source, Path target, SalvageOptions options) {
        throw new UnsupportedOperationException("salvage");
    }

    @Override
    public RepairPlan planRepair(Path directory) {
        throw new UnsupportedOperationException("planRepair");
    }

    @Override
    public RepairReport repair(Path directory, Set<RepairAction> actions) {
        throw new UnsupportedOperationException("repair");
    }
}
