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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes the filter to a file and reads it back. */
final class FilterSnapshot {
    private static final System.Logger LOGGER = System.getLogger(FilterSnapshot.class.getName());

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
            LOGGER.log(System.Logger.Level.DEBUG, () -> "no filter snapshot: " + e);
        } finally {
            if (!whole) {
                filter.close();
            }
        }
        return whole ? filter : null;
    }

    /** Headers one after the other, for each says where the next is; then the cells, by all processors. */
    private static boolean readSegments(FingerprintFilter filter, VolumeFile file) throws IOException {
        FilterSegment[] segments = filter.segments();
        ByteBuffer[] headers = new ByteBuffer[segments.length];
        long[] cellsAt = new long[segments.length];
        long position = HEADER_BYTES;
        for (int i = 0; i < segments.length; i++) {
            headers[i] = buffer(SEGMENT_HEADER_BYTES);
            file.read(headers[i], position);
            if (!isIntact(headers[i], SEGMENT_CRC_OFFSET)
                    || !shape(headers[i]).isValid()
                    || headers[i].getInt(CELL_BYTES_OFFSET) != shape(headers[i]).memoryBytes()) {
                return false;
            }
            cellsAt[i] = position + SEGMENT_HEADER_BYTES;
            position = cellsAt[i] + headers[i].getInt(CELL_BYTES_OFFSET);
        }
        return position == file.sizeBytes() && readAllCells(segments, headers, file, cellsAt);
    }

    /** Ends when all of its reads have, failed or not: only then may the filter be closed. */
    private static boolean readAllCells(
            FilterSegment[] segments, ByteBuffer[] headers, VolumeFile file, long[] cellsAt) {
        AtomicInteger whole = new AtomicInteger();
        AtomicReference<@Nullable Error> failure = new AtomicReference<>();
        IntStream.range(0, segments.length).parallel().forEach(i -> {
            try {
                QuotientTable table = readTable(headers[i], file, cellsAt[i]);
                if (table != null) {
                    segments[i].replace(table);
                    whole.incrementAndGet();
                }
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, () -> "no filter snapshot: " + e);
            } catch (Error e) { // too little memory
                failure.set(e);
            }
        });
        Error error = failure.get();
        if (error != null) {
            throw error;
        }
        return whole.get() == segments.length;
    }

    private static QuotientShape shape(ByteBuffer header) {
        return new QuotientShape(
                header.getInt(HOMES_OFFSET),
                header.get(HASH_BITS_OFFSET),
                header.get(GROUP_BITS_OFFSET),
                header.getInt(OVERFLOW_CELLS_OFFSET));
    }

    private static @Nullable QuotientTable readTable(ByteBuffer header, VolumeFile file, long position)
            throws IOException {
        QuotientTable table = new QuotientTable(shape(header));
        boolean whole = false;
        try {
            ByteBuffer cells = table.memory();
            file.read(cells.duplicate().clear(), position);
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
