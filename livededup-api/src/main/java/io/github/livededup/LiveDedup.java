package io.github.livededup;

import io.github.livededup.spi.VolumeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * The entry point: creates and opens volumes. Every method throws {@link IllegalStateException} if there is no engine on the
 * class or module path.
 *
 * <pre>{@code
 * try (Volume volume = LiveDedup.create(Path.of("volume"), VolumeOptions.defaults())) {
 *     volume.images().importFile(Path.of("debian.raw"), "debian", TransferOptions.defaults());
 *     volume.commit();
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public final class LiveDedup {
    private LiveDedup() {}

    /**
     * Creates a volume and opens it for reading and writing.
     *
     * @param directory where it goes: absent (its parent exists) or an empty directory
     * @param options format-time and run-time options
     * @return the open volume; the caller closes it
     * @throws AlreadyExistsException if the directory holds anything, a volume included
     * @throws VolumeLockedException if another opener is creating it at this moment
     * @throws VolumeFullException if the disk has no room for an empty volume
     * @throws ReadOnlyException if the file system is mounted for reading only
     * @throws InvalidArgumentException if the options say that it is opened for reading only
     * @throws IndexBackendUnavailableException if {@link IndexBackend#CHRONICLE_MAP} is asked for and this JVM lacks its
     *     flags
     * @throws IOException if the file system refuses; nothing that looks like a volume is left behind
     */
    public static Volume create(Path directory, VolumeOptions options) throws IOException {
        return provider()
                .create(Objects.requireNonNull(directory, "directory"), Objects.requireNonNull(options, "options"));
    }

    /**
     * Opens a volume, recovering it first when it was not closed cleanly.
     *
     * @param directory the volume's directory
     * @param options run-time options; format-time options that are set must equal what the volume records
     * @return the open volume; the caller closes it
     * @throws NotFoundException if there is no volume there
     * @throws VolumeLockedException if it is open already in this JVM, or in another process, unless both open it for reading only
     * @throws ReadOnlyException if the file system is mounted for reading only, and the options do not say so
     * @throws SettingMismatchException if a format-time option set in {@code options} differs from the volume's
     * @throws UnsupportedFormatException if the volume's format is older or newer than this library reads
     * @throws CorruptionException if what is there is damaged beyond what recovery mends
     * @throws IndexBackendUnavailableException if {@link IndexBackend#CHRONICLE_MAP} is asked for and this JVM lacks its
     *     flags
     * @throws IOException if the file system refuses; everything acquired is released again
     */
    public static Volume open(Path directory, VolumeOptions options) throws IOException {
        return provider()
                .open(Objects.requireNonNull(directory, "directory"), Objects.requireNonNull(options, "options"));
    }

    /**
     * Opens the volume if the directory exists and is not empty, else creates it.
     *
     * @param directory the volume's directory
     * @param options the options
     * @return the open volume; the caller closes it
     * @throws InvalidArgumentException if there is none and the options say that it is opened for reading only
     * @throws IOException as {@link #open} and {@link #create} say
     */
    public static Volume openOrCreate(Path directory, VolumeOptions options) throws IOException {
        return isAbsentOrEmpty(directory) ? create(directory, options) : open(directory, options);
    }

    /**
     * Estimates, without storing anything, what deduplication and compression would save at block sizes of 4, 8, 16,
     * 32 and 64 KiB. Memory grows with the number of distinct 4 KiB blocks (about 16 bytes for each block size).
     *
     * @param files regular files to read; they are taken as one collection
     * @param listener told of progress
     * @param cancellation asked between chunks
     * @return one estimate per block size, smallest first
     * @throws SourceException if a file is absent, a directory or unreadable
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if reading fails
     */
    public static List<SavingsEstimate> estimate(
            List<Path> files, ProgressListener listener, CancellationToken cancellation) throws IOException {
        return provider()
                .estimate(
                        List.copyOf(files),
                        Objects.requireNonNull(listener, "listener"),
                        Objects.requireNonNull(cancellation, "cancellation"));
    }

    /**
     * Finds out what is wrong with a volume and which repairs would help: a dry run, which changes nothing. Each is tried out in
     * memory, and its outcome verified at the level of metadata. Blocks are not read.
     *
     * @param directory the volume's directory; open nowhere
     * @return what is wrong, and what each repair would do and lose
     * @throws NotFoundException if there is nothing that looks like a volume
     * @throws VolumeLockedException if it is open
     * @throws UnsupportedFormatException if it is of another version
     * @throws CorruptionException if no superblock is intact, so that nothing can be repaired
     * @throws IOException if the file system refuses
     */
    public static RepairPlan planRepair(Path directory) throws IOException {
        return provider().planRepair(Objects.requireNonNull(directory, "directory"));
    }

    /**
     * Repairs a volume in place. The actions are first tried out in memory, all together; if the outcome is not sound, nothing
     * is done. What is done takes effect with one checkpoint, so a crash at any moment leaves the volume as it was or
     * repaired; only index and journal files that are of no use any more are deleted before.
     *
     * @param directory the volume's directory; open nowhere
     * @param actions what to do, at least one
     * @return what was done
     * @throws RepairRefusedException if the actions do not leave the volume sound; nothing was changed
     * @throws InvalidArgumentException if there are no actions
     * @throws NotFoundException if there is nothing that looks like a volume
     * @throws VolumeLockedException if it is open
     * @throws ReadOnlyException if the file system is mounted for reading only
     * @throws UnsupportedFormatException if it is of another version
     * @throws CorruptionException if no superblock is intact, so that nothing can be repaired
     * @throws IOException if the file system refuses
     */
    public static RepairReport repair(Path directory, Set<RepairAction> actions) throws IOException {
        Objects.requireNonNull(directory, "directory");
        if (actions.isEmpty()) {
            throw new InvalidArgumentException("actions", "none", "at least one");
        }
        return provider().repair(directory, Set.copyOf(actions));
    }

    /**
     * Copies all images of a damaged volume that can be read into a new volume, also when it cannot be opened. Nothing is written
     * to the damaged one, and no byte is copied that its checksum and fingerprint do not confirm. What cannot be read is
     * reported, and a hole in the new image. Snapshots and clones become images that stand alone; deduplication finds what
     * they share. Blocks that only callers of the block store refer to are not copied.
     *
     * @param source the damaged volume's directory; open nowhere for writing
     * @param target where the new volume goes: absent (its parent exists) or an empty directory, not within the source
     * @param options how
     * @return what was copied and what is lost
     * @throws NotFoundException if there is nothing that looks like a volume
     * @throws VolumeLockedException if the damaged volume is open
     * @throws CorruptionException if nothing can be read at all; no volume is created
     * @throws UnsupportedFormatException if the damaged volume is of another version
     * @throws InvalidArgumentException if the target lies within the source
     * @throws AlreadyExistsException if the target holds anything
     * @throws ReadOnlyException if the target's file system is mounted for reading only
     * @throws VolumeFullException if the target's disk is full
     * @throws OperationCancelledException if cancelled or interrupted; the images copied until then are in the new volume
     * @throws IOException if the new volume cannot be written
     */
    public static SalvageReport salvage(Path source, Path target, SalvageOptions options) throws IOException {
        return provider()
                .salvage(
                        Objects.requireNonNull(source, "source"),
                        Objects.requireNonNull(target, "target"),
                        Objects.requireNonNull(options, "options"));
    }

    private static boolean isAbsentOrEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return !Files.exists(directory);
        }
        try (var entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    private static VolumeProvider provider() {
        return ServiceLoader.load(VolumeProvider.class)
                .findFirst()
                .or(() -> ServiceLoader.load(VolumeProvider.class, LiveDedup.class.getClassLoader())
                        .findFirst())
                .orElseThrow(
                        () -> new IllegalStateException(
                                "no LiveDedup engine found: add io.github.livededup:livededup-engine to the class or module path"));
    }
}
