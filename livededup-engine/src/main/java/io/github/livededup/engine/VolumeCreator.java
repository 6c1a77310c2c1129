package io.github.livededup.engine;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalOptions;
import io.github.livededup.engine.metadata.LivenessListener;
import io.github.livededup.engine.metadata.MetadataRoots;
import io.github.livededup.engine.metadata.MetadataSettings;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.SpaceGuard;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.recovery.Roots;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Makes the files of a new volume. The superblock comes last: until it is durable there is no volume, and a creation that
 * was cut short is not taken for one.
 */
final class VolumeCreator {
    /** The block groups. */
    static final String BLOCKS_FILE = "blocks.dat";

    private static final String JOURNAL_FOLDER = "journal";
    private static final String INDEX_FOLDER = "index";
    private static final int DEFAULT_BLOCK_SIZE_BYTES = 4 << 10;
    private static final int DEFAULT_GROUP_SIZE_BYTES = 128 << 20;
    private static final int GROUPS_PER_LIMIT = 64;
    private static final int JOURNAL_SEGMENTS = 4;
    /**
     * Together they hold some 60,000 new blocks between two checkpoints, which is seldom enough; more would only weigh on
     * small volumes.
     */
    private static final int LARGEST_SEGMENT_BYTES = 2 << 20;

    private static final int SMALLEST_SEGMENT_BYTES = 1 << 20;

    private VolumeCreator() {}

    static Volume create(VolumeDirectory directory, Path path, VolumeOptions options) throws IOException {
        if (options.isReadOnly()) {
            throw new InvalidArgumentException("readOnly", true, "false, as a new volume is written");
        }
        VolumeFormat format = format(options);
        writeFiles(directory, format, options);
        return VolumeOpener.open(directory, path, options);
    }

    private static VolumeFormat format(VolumeOptions options) {
        return new VolumeFormat(
                UUID.randomUUID(),
                System.currentTimeMillis(),
                options.blockSizeBytes().orElse(DEFAULT_BLOCK_SIZE_BYTES),
                options.groupSizeBytes().orElse(groupSizeBytes(options)),
                options.fingerprint().orElse(FingerprintAlgorithm.SHA_256));
    }

    /** A volume of limited size has groups so small that the room kept in reserve takes a copy of one. */
    private static int groupSizeBytes(VolumeOptions options) {
        long limit = options.maxPhysicalBytes().orElse(Long.MAX_VALUE) / GROUPS_PER_LIMIT;
        int bytes = DEFAULT_GROUP_SIZE_BYTES;
        while (bytes > VolumeOptions.MIN_GROUP_SIZE_BYTES && bytes > limit) {
            bytes /= 2;
        }
        return bytes;
    }

    private static void writeFiles(VolumeDirectory directory, VolumeFormat format, VolumeOptions options)
            throws IOException {
        directory.open(BLOCKS_FILE, OpenMode.CREATE).close();
        int segmentBytes = segmentBytes(options);
        JournalOptions journal =
                JournalOptions.defaults(format.volumeId()).withSegments(JOURNAL_SEGMENTS, segmentBytes);
        Journal.create(directory, journal).close();
        MetadataSettings settings = new MetadataSettings(
                format.volumeId(),
                TableEntry.sizeBytes(format.fingerprint().lengthBytes()),
                VolumeOptions.MIN_MEMORY_BUDGET_BYTES,
                false,
                LivenessListener.NONE,
                SpaceGuard.UNLIMITED);
        try (MetadataStore metadata = MetadataStore.create(directory, settings)) {
            MetadataRoots roots = metadata.checkpoint();
            Superblock first = new Superblock(format, roots.generation(), Roots.toFormat(roots), 0, 0, true, 0);
            SuperblockFile.create(directory, first).close();
        }
        directory.force("");
    }

    /** Makes a journal anew in place of one that cannot be read. */
    static Journal recreateJournal(VolumeDirectory directory, VolumeFormat format, VolumeOptions options)
            throws IOException {
        removeFolder(directory, JOURNAL_FOLDER, "");
        return Journal.create(
                directory,
                JournalOptions.defaults(format.volumeId()).withSegments(JOURNAL_SEGMENTS, segmentBytes(options)));
    }

    /** Removes the index; the marker first, without which nothing of it is used. */
    static void removeIndex(VolumeDirectory directory) throws IOException {
        removeFolder(directory, INDEX_FOLDER, "CLEAN");
    }

    private static void removeFolder(VolumeDirectory directory, String folder, String first) throws IOException {
        List<String> names;
        try {
            names = directory.list(folder);
        } catch (NotDirectoryException e) {
            names = List.of();
        }
        if (names.contains(first)) {
            directory.delete(folder + "/" + first);
            directory.force(folder);
        }
        for (String name : names) {
            directory.delete(folder + "/" + name);
        }
        directory.delete(folder);
        directory.force("");
    }

    /** Removes what a failed creation made, the superblock first: without it there is no volume. */
    static void removeFiles(VolumeDirectory directory) throws IOException {
        directory.delete(SuperblockFile.NAME);
        directory.delete(BLOCKS_FILE);
        directory.delete(MetadataStore.FILE_NAME);
        for (String folder : new String[] {JOURNAL_FOLDER, INDEX_FOLDER}) {
            for (String name : directory.list(folder)) {
                directory.delete(folder + "/" + name);
            }
            directory.delete(folder);
        }
    }

    /** The journal takes at most a sixteenth of a volume of limited size. */
    private static int segmentBytes(VolumeOptions options) {
        long limit = options.maxPhysicalBytes().orElse(Long.MAX_VALUE) / 16 / JOURNAL_SEGMENTS;
        int bytes = LARGEST_SEGMENT_BYTES;
        while (bytes > SMALLEST_SEGMENT_BYTES && bytes > limit) {
            bytes /= 2;
        }
        return bytes;
    }
}
