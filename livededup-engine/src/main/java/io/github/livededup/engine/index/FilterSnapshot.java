package io.github.livededup.engine.index;

import static io.github.livededup.engine.format.FilterSnapshotLayout.CELLS_CRC_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.CELL_BYTES_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.ENTRIES_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.GENERATION_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.GROUP_BITS_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.HASH_BITS_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.HEADER_BYTES;
import static io.github.livededup.engine.format.FilterSnapshotLayout.HEADER_CRC_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.HOMES_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.MAGIC;
import static io.github.livededup.engine.format.FilterSnapshotLayout.MAGIC_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.OVERFLOW_CELLS_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.SEGMENTS_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.SEGMENT_CRC_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.SEGMENT_HEADER_BYTES;
import static io.github.livededup.engine.format.FilterSnapshotLayout.VERSION;
import static io.github.livededup.engine.format.FilterSnapshotLayout.VERSION_OFFSET;
import static io.github.livededup.engine.format.FilterSnapshotLayout.VOLUME_ID_OFFSET;

import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the filter to a file and reads it back. */
final class FilterSnapshot {
    private FilterSnapshot() {}

    /**
     * Writes the filter to a new file and makes its content durable.
     *
     * @param filter the filter, which nobody changes meanwhile
     * @param directory where to
     * @param volumeId the volume's identity
     * @param generation the volume's generation
     * @throws IOException if writing fails
     */
    static void write(FingerprintFilter filter, VolumeDirectory directory, UUID volumeId, long generation)
            throws IOException {
        directory.delete(IndexFiles.FILTER);
        try (VolumeFile file = directory.open(IndexFiles.FILTER, OpenMode.CREATE)) {
            ByteBuffer header = buffer(HEADER_BYTES)
                    .putLong(MAGIC_OFFSET, MAGIC)
                    .putInt(VERSION_OFFSET, VERSION)
                    .putInt(SEGMENTS_OFFSET, filter.segments().length)
                    .putLong(VOLUME_ID_OFFSET, volumeId.getMostSignificantBits())
                    .putLong(VOLUME_ID_OFFSET + Long.BYTES, volumeId.getLeastSignificantBits())
                    .putLong(GENERATION_OFFSET, generation);
            file.write(sealed(header, HEADER_CRC_OFFSET), 0);
            long[] position = {HEADER_BYTES};
            for (FilterSegment segment : filter.segments()) {
                segment.<IOException>withTable(table -> position[0] = write(table, file, position[0]));
            }
            file.force();
        }
    }

    private static long write(QuotientTable table, VolumeFile file, long position) throws IOException {
        ByteBuffer cells = table.memory();
        QuotientShape shape = table.shape();
        ByteBuffer header = buffer(SEGMENT_HEADER_BYTES)
                .putInt(HOMES_OFFSET, shape.homes())
                .putInt(OVERFLOW_CELLS_OFFSET, shape.overflowCells())
                .put(HASH_BITS_OFFSET, (byte) shape.hashBits())
                .put(GROUP_BITS_OFFSET, (byte) shape.groupBits())
                .putInt(ENTRIES_OFFSET, table.entries())
                .putInt(CELL_BYTES_OFFSET, cells.capacity())
                .putInt(CELLS_CRC_OFFSET, Checksums.crc32c(cells, 0, cells.capacity()));
        file.write(sealed(header, SEGMENT_CRC_OFFSET), position);
        file.write(cells.duplicate().clear(), position + SEGMENT_HEADER_BYTES);
        return position + SEGMENT_HEADER_BYTES + cells.capacity();
    }

    /**
     * Reads the filter.
     *
     * @param directory where from
     * @param volumeId the volume's identity
     * @param generation the volume's generation
     * @return the filter; null if the file is absent, damaged or another volume's or generation's
     */
    static @Nullable FingerprintFilter read(VolumeDirectory directory, UUID volumeId, long generation) {
        FingerprintFilter filter = new FingerprintFilter();
        boolean whole = false;
        try (VolumeFile file = directory.open(IndexFiles.FILTER, OpenMode.READ)) {
            ByteBuffer header = buffer(HEADER_BYTES);
            file.read(header, 0);
            whole = isIntact(header, HEADER_CRC_OFFSET)
                    && header.getLong(MAGIC_OFFSET) == MAGIC
                    && header.getInt(VERSION_OFFSET) == VERSION
                    && header.getInt(SEGMENTS_OFFSET) == filter.segments().length
                    && header.getLong(VOLUME_ID_OFFSET) == volumeId.getMostSignificantBits()
                    && header.getLong(VOLUME_ID_OFFSET + Long.BYTES) == volumeId.getLeastSignificantBits()
                    && header.getLong(GENERATION_OFFSET) == generation
                    && readSegments(filter, file);
        } catch (IOException e) {
            System.getLogger(FilterSnapshot.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "no filter snapshot: " + e);
        } finally {
            if (!whole) {
                filter.close();
            }
        }
        return whole ? filter : null;
    }

    private static boolean readSegments(FingerprintFilter filter, VolumeFile file) throws IOException {
        long position = HEADER_BYTES;
        for (FilterSegment segment : filter.segments()) {
            QuotientTable table = readTable(file, position);
            if (table == null) {
                return false;
            }
            segment.replace(table);
            position += SEGMENT_HEADER_BYTES + table.memory().capacity();
        }
        return position == file.sizeBytes();
    }

    private static @Nullable QuotientTable readTable(VolumeFile file, long position) throws IOException {
        ByteBuffer header = buffer(SEGMENT_HEADER_BYTES);
        file.read(header, position);
        QuotientShape shape = new QuotientShape(
                header.getInt(HOMES_OFFSET),
                header.get(HASH_BITS_OFFSET),
                header.get(GROUP_BITS_OFFSET),
                header.getInt(OVERFLOW_CELLS_OFFSET));
        if (!isIntact(header, SEGMENT_CRC_OFFSET)
                || !shape.isValid()
                || header.getInt(CELL_BYTES_OFFSET) != shape.memoryBytes()) {
            return null;
        }
        QuotientTable table = new QuotientTable(shape);
        boolean whole = false;
        try {
            ByteBuffer cells = table.memory();
            file.read(cells.duplicate().clear(), position + SEGMENT_HEADER_BYTES);
            table.entries(header.getInt(ENTRIES_OFFSET));
            whole = header.getInt(CELLS_CRC_OFFSET) == Checksums.crc32c(cells, 0, cells.capacity());
        } finally {
            if (!whole) {
                table.free();
            }
        }
        return whole ? table : null;
    }

    private static ByteBuffer buffer(int sizeBytes) {
        return ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer sealed(ByteBuffer header, int crcOffset) {
        return header.putInt(crcOffset, Checksums.crc32c(header, 0, crcOffset));
    }

    private static boolean isIntact(ByteBuffer header, int crcOffset) {
        return header.getInt(crcOffset) == Checksums.crc32c(header, 0, crcOffset);
    }
}
