package io.github.livededup.engine.index;

import static io.github.livededup.engine.format.IndexMarkerLayout.ENTRIES_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.ENTRY_BYTES;
import static io.github.livededup.engine.format.IndexMarkerLayout.ENTRY_CRC_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.ENTRY_FINGERPRINTS_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.ENTRY_GROUP_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.ENTRY_SIZE_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.GENERATION_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.MAGIC;
import static io.github.livededup.engine.format.IndexMarkerLayout.MAGIC_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.PARTITIONS_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.VERSION;
import static io.github.livededup.engine.format.IndexMarkerLayout.VERSION_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.VOLUME_ID_OFFSET;
import static io.github.livededup.engine.format.IndexMarkerLayout.sizeBytes;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The marker of a clean close: with it, what is in the index folder may be believed; without, it is deleted. */
final class CleanMarker {
    private CleanMarker() {}

    /**
     * A partition file.
     *
     * @param group its group
     * @param fingerprints what it was made for
     * @param sizeBytes its size
     * @param crc the CRC32C of its content
     */
    record Entry(int group, int fingerprints, long sizeBytes, int crc) {}

    /**
     * Writes the marker and makes it durable, after all that it speaks of.
     *
     * @throws IOException if that fails
     */
    static void write(VolumeDirectory directory, UUID volumeId, long generation, List<Entry> entries)
            throws IOException {
        int bytes = Math.toIntExact(sizeBytes(entries.size()));
        ByteBuffer marker = ByteBuffer.allocate(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC_OFFSET, MAGIC)
                .putInt(VERSION_OFFSET, VERSION)
                .putInt(PARTITIONS_OFFSET, entries.size())
                .putLong(VOLUME_ID_OFFSET, volumeId.getMostSignificantBits())
                .putLong(VOLUME_ID_OFFSET + Long.BYTES, volumeId.getLeastSignificantBits())
                .putLong(GENERATION_OFFSET, generation);
        int at = ENTRIES_OFFSET;
        for (Entry entry : entries) {
            marker.putInt(at + ENTRY_GROUP_OFFSET, entry.group)
                    .putInt(at + ENTRY_FINGERPRINTS_OFFSET, entry.fingerprints)
                    .putLong(at + ENTRY_SIZE_OFFSET, entry.sizeBytes)
                    .putInt(at + ENTRY_CRC_OFFSET, entry.crc);
            at += ENTRY_BYTES;
        }
        marker.putInt(at, Checksums.crc32c(marker, 0, at));
        directory.force(IndexFiles.FOLDER);
        try (VolumeFile file = directory.open(IndexFiles.MARKER, OpenMode.CREATE)) {
            file.write(marker, 0);
            file.force();
        }
        directory.force(IndexFiles.FOLDER);
    }

    /**
     * Reads the marker.
     *
     * @return what belongs to the index; empty if there is no marker, or it is damaged or another volume's or
     *     generation's
     */
    static Optional<List<Entry>> read(VolumeDirectory directory, UUID volumeId, long generation) {
        try (VolumeFile file = directory.open(IndexFiles.MARKER, OpenMode.READ)) {
            long bytes = file.sizeBytes();
            if (bytes < sizeBytes(0) || bytes > sizeBytes(BlockAddress.MAX_GROUP)) {
                return Optional.empty();
            }
            ByteBuffer marker = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
            file.read(marker, 0);
            return parse(marker, volumeId, generation);
        } catch (IOException e) {
            return Optional.empty(); // absent or unreadable: the index is rebuilt
        }
    }

    private static Optional<List<Entry>> parse(ByteBuffer marker, UUID volumeId, long generation) {
        int crcAt = marker.capacity() - Integer.BYTES;
        int partitions = marker.getInt(PARTITIONS_OFFSET);
        if (marker.getLong(MAGIC_OFFSET) != MAGIC
                || marker.getInt(VERSION_OFFSET) != VERSION
                || marker.getLong(VOLUME_ID_OFFSET) != volumeId.getMostSignificantBits()
                || marker.getLong(VOLUME_ID_OFFSET + Long.BYTES) != volumeId.getLeastSignificantBits()
                || marker.getLong(GENERATION_OFFSET) != generation
                || sizeBytes(partitions) != marker.capacity()
                || marker.getInt(crcAt) != Checksums.crc32c(marker, 0, crcAt)) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>(partitions);
        for (int at = ENTRIES_OFFSET; at < crcAt; at += ENTRY_BYTES) {
            entries.add(new Entry(
                    marker.getInt(at + ENTRY_GROUP_OFFSET),
                    marker.getInt(at + ENTRY_FINGERPRINTS_OFFSET),
                    marker.getLong(at + ENTRY_SIZE_OFFSET),
                    marker.getInt(at + ENTRY_CRC_OFFSET)));
        }
        return Optional.of(entries);
    }
}
