package io.github.livededup.engine.check;

import static io.github.livededup.engine.format.ScrubLayout.ENTRIES_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.ENTRY_BYTES;
import static io.github.livededup.engine.format.ScrubLayout.ENTRY_CHECKSUMS_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.ENTRY_FINGERPRINTS_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.ENTRY_GROUP_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.GROUPS_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.MAGIC;
import static io.github.livededup.engine.format.ScrubLayout.MAGIC_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.VERSION;
import static io.github.livededup.engine.format.ScrubLayout.VERSION_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.VOLUME_ID_OFFSET;
import static io.github.livededup.engine.format.ScrubLayout.sizeBytes;

import io.github.livededup.VerifyLevel;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When each block group was last checked, in the file {@code scrub}. It only tells what to check first, so it may be absent,
 * damaged or old, and failing to write it is a warning. Safe for use by many threads.
 */
public final class ScrubTimes {
    /** The file's name in the volume's directory. */
    public static final String FILE_NAME = "scrub";

    private static final String NEW_FILE_NAME = "scrub.new";
    private static final Logger LOG = System.getLogger(ScrubTimes.class.getName());

    private record Times(long checksums, long fingerprints) {
        static final Times NEVER = new Times(0, 0);
    }

    private final VolumeDirectory directory;
    private final UUID volumeId;
    private final BooleanSupplier mayWrite;
    private @Nullable Map<Integer, Times> byGroup;
    private boolean changed;

    /**
     * Makes the access; the file is read when it is first needed.
     *
     * @param directory the volume's directory
     * @param volumeId the volume
     * @param mayWrite asked before the file is written: false while nothing may be
     */
    public ScrubTimes(VolumeDirectory directory, UUID volumeId, BooleanSupplier mayWrite) {
        this.directory = directory;
        this.volumeId = volumeId;
        this.mayWrite = mayWrite;
    }

    /** When a group was last checked at a level or a deeper one; 0 for never. */
    synchronized long lastChecked(int group, VerifyLevel level) {
        Times times = loaded().getOrDefault(group, Times.NEVER);
        return level == VerifyLevel.FINGERPRINTS ? times.fingerprints : Math.max(times.checksums, times.fingerprints);
    }

    /** Notes that a group was checked. */
    synchronized void checked(int group, VerifyLevel level, long millisSince1970) {
        Times before = loaded().getOrDefault(group, Times.NEVER);
        Times after = level == VerifyLevel.FINGERPRINTS
                ? new Times(millisSince1970, millisSince1970)
                : new Times(millisSince1970, before.fingerprints);
        loaded().put(group, after);
        changed = true;
    }

    /** Forgets all groups but those given, and writes the file, if anything changed. */
    synchronized void save(Set<Integer> groups) {
        if (!changed || !mayWrite.getAsBoolean()) {
            return;
        }
        loaded().keySet().retainAll(groups);
        try {
            directory.delete(NEW_FILE_NAME);
            try (VolumeFile file = directory.open(NEW_FILE_NAME, OpenMode.CREATE)) {
                file.write(encoded(loaded()), 0);
                file.force();
            }
            directory.rename(NEW_FILE_NAME, FILE_NAME);
            directory.force("");
            changed = false;
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "{0}: when block groups were checked is not kept: {1}",
                    directory.description(),
                    e.getMessage());
        }
    }

    private Map<Integer, Times> loaded() {
        Map<Integer, Times> there = byGroup;
        if (there == null) {
            there = load();
            byGroup = there;
        }
        return there;
    }

    private Map<Integer, Times> load() {
        if (directory.exists(FILE_NAME)) {
            try (VolumeFile file = directory.open(FILE_NAME, OpenMode.READ)) {
                long bytes = file.sizeBytes();
                if (bytes >= sizeBytes(0) && bytes <= sizeBytes(BlockAddress.MAX_GROUP)) {
                    ByteBuffer content = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
                    file.read(content, 0);
                    return decoded(content);
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "{0}: {1} is not read: {2}", directory.description(), FILE_NAME, e.getMessage());
            }
        }
        return new TreeMap<>();
    }

    private Map<Integer, Times> decoded(ByteBuffer content) {
        Map<Integer, Times> times = new TreeMap<>();
        int crcAt = content.capacity() - Integer.BYTES;
        if (content.getLong(MAGIC_OFFSET) != MAGIC
                || content.getInt(VERSION_OFFSET) != VERSION
                || content.getLong(VOLUME_ID_OFFSET) != volumeId.getMostSignificantBits()
                || content.getLong(VOLUME_ID_OFFSET + Long.BYTES) != volumeId.getLeastSignificantBits()
                || sizeBytes(content.getInt(GROUPS_OFFSET)) != content.capacity()
                || content.getInt(crcAt) != Checksums.crc32c(content, 0, crcAt)) {
            return times;
        }
        for (int at = ENTRIES_OFFSET; at < crcAt; at += ENTRY_BYTES) {
            times.put(
                    content.getInt(at + ENTRY_GROUP_OFFSET),
                    new Times(
                            content.getLong(at + ENTRY_CHECKSUMS_OFFSET),
                            content.getLong(at + ENTRY_FINGERPRINTS_OFFSET)));
        }
        return times;
    }

    private ByteBuffer encoded(Map<Integer, Times> times) {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(sizeBytes(times.size())))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC_OFFSET, MAGIC)
                .putInt(VERSION_OFFSET, VERSION)
                .putInt(GROUPS_OFFSET, times.size())
                .putLong(VOLUME_ID_OFFSET, volumeId.getMostSignificantBits())
                .putLong(VOLUME_ID_OFFSET + Long.BYTES, volumeId.getLeastSignificantBits());
        int at = ENTRIES_OFFSET;
        for (Map.Entry<Integer, Times> each : times.entrySet()) {
            content.putInt(at + ENTRY_GROUP_OFFSET, each.getKey())
                    .putLong(at + ENTRY_CHECKSUMS_OFFSET, each.getValue().checksums)
                    .putLong(at + ENTRY_FINGERPRINTS_OFFSET, each.getValue().fingerprints);
            at += ENTRY_BYTES;
        }
        return content.putInt(at, Checksums.crc32c(content, 0, at));
    }
}
