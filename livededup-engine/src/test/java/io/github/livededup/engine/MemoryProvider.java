package io.github.livededup.engine;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CancellationToken;
import io.github.livededup.NotFoundException;
import io.github.livededup.ProgressListener;
import io.github.livededup.SavingsEstimate;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.spi.VolumeProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The engine on directories in memory, by path; they stay when their volume is closed. Nothing is on disk. */
public final class MemoryProvider implements VolumeProvider {
    private final Map<Path, VolumeDirectory> directories = new ConcurrentHashMap<>();

    @Override
    public Volume create(Path path, VolumeOptions options) throws IOException {
        VolumeDirectory directory = directories.computeIfAbsent(path, absent -> new MemoryDirectory());
        if (directory.exists("superblock")) {
            throw new AlreadyExistsException(path.toString(), "there is a volume");
        }
        return VolumeCreator.create(directory, path, options);
    }

    @Override
    public Volume open(Path path, VolumeOptions options) throws IOException {
        VolumeDirectory directory = directories.get(path);
        if (directory == null) {
            throw new NotFoundException(path.toString(), "no such directory");
        }
        return VolumeOpener.open(directory, path, options);
    }

    /** Creates a volume in an empty directory that has no path. */
    public static Volume create(VolumeDirectory directory, VolumeOptions options) throws IOException {
        return VolumeCreator.create(directory, Path.of(directory.description()), options);
    }

    /** Opens a volume in a directory that has no path. */
    public static Volume open(VolumeDirectory directory, VolumeOptions options) throws IOException {
        return VolumeOpener.open(directory, Path.of(directory.description()), options);
    }

    /** Puts a directory at a path; what was there is forgotten. */
    public void put(Path path, VolumeDirectory directory) {
        directories.put(path, directory);
    }

    /** The changes of a volume's files from now on; the volume is closed. */
    public RecordedDirectory record(Path path) {
        RecordedDirectory recorded = new RecordedDirectory((MemoryDirectory) directories.get(path));
        directories.put(path, recorded);
        return recorded;
    }

    /** Copies the files of a volume as they are; it may be open. */
    public void copy(Path from, Path to) {
        directories.put(to, ((MemoryDirectory) directories.get(from)).copy());
    }

    /** Forgets a directory. */
    public void delete(Path path) {
        directories.remove(path);
    }

    @Override
    public List<SavingsEstimate> estimate(List<Path> files, ProgressListener listener, CancellationToken cancellation) {
        throw new UnsupportedOperationException("nothing to estimate");
    }
}
