package io.github.livededup.engine;

import io.github.livededup.CancellationToken;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.ProgressListener;
import io.github.livededup.RepairAction;
import io.github.livededup.RepairPlan;
import io.github.livededup.RepairReport;
import io.github.livededup.SalvageOptions;
import io.github.livededup.SalvageReport;
import io.github.livededup.SavingsEstimate;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.image.SavingsEstimator;
import io.github.livededup.engine.io.disk.DiskDirectory;
import io.github.livededup.engine.repair.Salvage;
import io.github.livededup.spi.VolumeProvider;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** The engine behind {@link io.github.livededup.LiveDedup}. */
public final class EngineProvider implements VolumeProvider {
    /** Made by the service loader. */
    public EngineProvider() {}

    @Override
    public Volume create(Path directory, VolumeOptions options) throws IOException {
        DiskDirectory disk = DiskDirectory.createLocked(directory);
        try {
            return VolumeCreator.create(disk, directory, options);
        } catch (Throwable e) {
            try {
                VolumeCreator.removeFiles(disk);
                disk.closeAndRemove();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public Volume open(Path directory, VolumeOptions options) throws IOException {
        DiskDirectory disk = DiskDirectory.openLocked(directory, options.isReadOnly());
        try {
            return VolumeOpener.open(disk, directory, options);
        } catch (Throwable e) {
            try {
                disk.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public List<SavingsEstimate> estimate(List<Path> files, ProgressListener listener, CancellationToken cancellation)
            throws IOException {
        ExecutorService helpers = WorkerThreads.newPool("livededup-estimate");
        try {
            return SavingsEstimator.estimate(
                    files, listener, cancellation, helpers, Runtime.getRuntime().availableProcessors());
        } finally {
            helpers.shutdown();
        }
    }

    @Override
    public RepairPlan planRepair(Path directory) throws IOException {
        try (DiskDirectory disk = DiskDirectory.openDamaged(directory)) {
            return new RepairTrials(disk).plan();
        }
    }

    @Override
    public RepairReport repair(Path directory, Set<RepairAction> actions) throws IOException {
        RepairReport report;
        try (DiskDirectory disk = DiskDirectory.openLocked(directory, false)) {
            report = Repairs.repair(disk, directory, actions);
        }
        try (DiskDirectory disk = DiskDirectory.openDamaged(directory)) {
            return new RepairReport(
                    report.done(), report.generationBefore(), Repairs.generation(disk), report.verification());
        }
    }

    @Override
    public SalvageReport salvage(Path source, Path target, SalvageOptions options) throws IOException {
        if (isWithin(target, source)) {
            throw new InvalidArgumentException("target", target, "a directory that is not within " + source);
        }
        try (DiskDirectory directory = DiskDirectory.openDamaged(source);
                Salvage salvage = openSalvage(directory, options)) {
            VolumeFormat format = salvage.format();
            VolumeOptions volumeOptions = VolumeOptions.builder()
                    .blockSizeBytes(format.blockSizeBytes())
                    .groupSizeBytes(format.groupSizeBytes())
                    .fingerprint(format.fingerprint())
                    .build();
            try (Volume volume = create(target, volumeOptions)) {
                return salvage.copyTo(volume);
            }
        }
    }

    private static boolean isWithin(Path target, Path source) {
        return target.toAbsolutePath()
                .normalize()
                .startsWith(source.toAbsolutePath().normalize());
    }

    private static Salvage openSalvage(DiskDirectory directory, SalvageOptions options) throws IOException {
        try {
            return new Salvage(directory, VolumeCreator.BLOCKS_FILE, options);
        } catch (FileSystemException e) {
            throw VolumeOpener.wrongFile(e);
        }
    }
}
