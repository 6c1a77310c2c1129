package io.github.livededup.engine.index;

import io.github.livededup.NotFoundException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.index.CleanMarker.Entry;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The files of persisted partitions. Safe for use by many threads; a group's file is in use at most once at a time. A
 * file that fails its checksum never reaches Chronicle, which might hang on it or crash the JVM.
 */
final class PartitionFiles {
    private static final System.Logger LOGGER = System.getLogger(PartitionFiles.class.getName());
    private static final int READ_BYTES = 1 << 16;

    private final VolumeDirectory directory;

    /** What is known of files that nobody uses. Guarded by itself, as the two below. */
    private final Map<Integer, Entry> closed = new HashMap<>();

    private final Map<Integer, Entry> used = new HashMap<>();
    private boolean failureLogged;

    /**
     * Makes the registry.
     *
     * @param directory the volume's directory
     * @param known the files that were closed cleanly
     */
    PartitionFiles(VolumeDirectory directory, List<Entry> known) {
        this.directory = directory;
        known.forEach(entry -> closed.put(entry.group(), entry));
    }

    /**
     * Opens a group's file, if it has a good one that nobody uses.
     *
     * @param group the group
     * @return the partition, to be given back by {@link #close}; null if there is none
     */
    @Nullable
    Partition open(int group) {
        Entry entry;
        synchronized (closed) {
            entry = closed.remove(group);
            if (entry == null) {
                return null;
            }
            used.put(group, entry);
        }
        try {
            if (entry.equals(describe(group, entry.fingerprints()))) {
                return ChronicleMapPartition.open(file(group), entry.fingerprints());
            }
            LOGGER.log(Level.WARNING, "{0} is damaged and will be made anew", IndexFiles.partition(group));
        } catch (IOException | RuntimeException | Error e) {
            logFailure("cannot open " + IndexFiles.partition(group), e);
        }
        discard(group);
        return null;
    }

    /**
     * Makes a group's file anew, or opens it if it has become good meanwhile.
     *
     * @param group the group, sealed
     * @param tables fills it
     * @return the partition, to be given back by {@link #close}; null if it cannot be made now
     */
    @Nullable
    Partition openOrBuild(int group, GroupTables tables) {
        Partition there = open(group);
        if (there != null) {
            return there;
        }
        int fingerprints = tables.slotCount(group);
        synchronized (closed) {
            if (used.containsKey(group) || fingerprints == 0) {
                return null;
            }
            used.put(group, new Entry(group, fingerprints, 0, 0));
        }
        ChronicleMapPartition partition = null;
        try {
            directory.delete(IndexFiles.partition(group));
            ChronicleMapPartition made = ChronicleMapPartition.create(file(group), fingerprints);
            partition = made;
            tables.forEachHead(group, new FingerprintHeads(), made::addAll);
            synchronized (closed) {
                used.put(group, new Entry(group, fingerprints, made.memoryBytes(), 0));
            }
            return made;
        } catch (IOException | RuntimeException | Error e) { // for instance a full disk, which shows as one of each
            if (!(e instanceof NotFoundException)) { // the group died meanwhile
                logFailure("cannot make " + IndexFiles.partition(group), e);
            }
            if (partition != null) {
                partition.close();
            }
            discard(group);
            return null;
        }
    }

    /** Gives a partition back: closes it and remembers its file. */
    void close(int group, Partition partition) {
        int fingerprints;
        synchronized (closed) {
            fingerprints = used.getOrDefault(group, new Entry(group, 0, 0, 0)).fingerprints();
        }
        try {
            partition.close();
            Entry entry = describe(group, fingerprints);
            synchronized (closed) {
                used.remove(group);
                closed.put(group, entry);
            }
        } catch (IOException | RuntimeException e) {
            logFailure("cannot close " + IndexFiles.partition(group), e);
            discard(group);
        }
    }

    /** Deletes the file of a group that is gone, unless it is just being used: then {@link #force} leaves it out. */
    void forget(int group) {
        synchronized (closed) {
            if (used.containsKey(group) || closed.remove(group) == null) {
                return;
            }
        }
        IndexFiles.deleteQuietly(directory, IndexFiles.partition(group));
    }

    /** Makes the files of some groups durable and tells what they are; none may be in use. */
    List<Entry> force(int[] groups) throws IOException {
        List<Entry> entries = new ArrayList<>();
        synchronized (closed) {
            for (int group : groups) {
                Entry entry = closed.get(group);
                if (entry != null) {
                    entries.add(entry);
                }
            }
        }
        for (Entry entry : entries) {
            try (VolumeFile file = directory.open(IndexFiles.partition(entry.group()), OpenMode.WRITE)) {
                file.force();
            }
        }
        return entries;
    }

    /** Whether there are any. */
    boolean areThere() {
        synchronized (closed) {
            return !closed.isEmpty() || !used.isEmpty();
        }
    }

    /** The bytes of all files. */
    long sizeBytes() {
        synchronized (closed) {
            return sum(closed) + sum(used);
        }
    }

    /** Whether the directory is one that partitions can be persisted in. */
    static boolean isPossibleIn(VolumeDirectory directory) {
        return directory
                .externalFile(IndexFiles.partition(BlockAddress.MAX_GROUP))
                .isPresent();
    }

    private static long sum(Map<Integer, Entry> entries) {
        return entries.values().stream().mapToLong(Entry::sizeBytes).sum();
    }

    private void discard(int group) {
        IndexFiles.deleteQuietly(directory, IndexFiles.partition(group));
        synchronized (closed) {
            used.remove(group);
        }
    }

    /** Reads the whole file, which also brings it into memory for what follows. */
    private Entry describe(int group, int fingerprints) throws IOException {
        try (VolumeFile file = directory.open(IndexFiles.partition(group), OpenMode.READ)) {
            long size = file.sizeBytes();
            CRC32C crc = new CRC32C();
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(READ_BYTES, size));
            for (long at = 0; at < size; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
                file.read(buffer, at);
                crc.update(buffer.flip());
            }
            return new Entry(group, fingerprints, size, (int) crc.getValue());
        }
    }

    private File file(int group) throws IOException {
        String name = IndexFiles.partition(group);
        return directory.externalFile(name).orElseThrow(() -> new IOException(name + " is not on a disk"));
    }

    /** One line, however many groups it concerns: the built-in partitions go on. */
    private void logFailure(String what, Throwable cause) {
        boolean first;
        synchronized (closed) {
            first = !failureLogged;
            failureLogged = true;
        }
        LOGGER.log(
                first ? Level.WARNING : Level.DEBUG, () -> what + "; built-in partitions are used instead: " + cause);
    }
}
