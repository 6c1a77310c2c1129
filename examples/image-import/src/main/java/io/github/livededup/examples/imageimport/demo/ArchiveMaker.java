package io.github.livededup.examples.imageimport.demo;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Makes an archive in which every file begins on a 4 KiB boundary, as in a file system's image:
 *
 * <pre>
 * for each file: a header block   magic (8 bytes), name length (4), content length (8), name (UTF-8), zeros
 *                content blocks   the last one filled up with zeros
 * at the end:    a hole of an eighth of the archive, as free space would be
 * </pre>
 */
final class ArchiveMaker {
    private static final long MAGIC = 0x4c44_4445_4d4f_3031L; // "LDDEMO01"
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;
    private static final byte[] CHANGE = "changed in the second version\n".getBytes(StandardCharsets.UTF_8);

    private final Edition edition;
    private final BooleanSupplier cancelled;

    ArchiveMaker(Edition edition, BooleanSupplier cancelled) {
        this.edition = edition;
        this.cancelled = cancelled;
    }

    /**
     * Makes the archive.
     *
     * @param files what may go into it
     * @param target the archive, which does not exist
     * @throws InterruptedIOException if cancelled
     * @throws IOException if reading or writing fails
     */
    void write(List<SourceFile> files, Path target) throws IOException {
        try (SparseWriter writer = new SparseWriter(target)) {
            for (SourceFile file : files) {
                if (cancelled.getAsBoolean()) {
                    throw new InterruptedIOException("cancelled");
                }
                if (edition.includes(file)) {
                    writeFile(file, writer);
                }
            }
            long used = writer.positionBytes();
            long blocks = (used + used / 8) / SparseWriter.BLOCK_BYTES;
            writer.finish(blocks * SparseWriter.BLOCK_BYTES);
        }
    }

    private void writeFile(SourceFile file, SparseWriter writer) throws IOException {
        byte[] name = file.name().getBytes(StandardCharsets.UTF_8);
        if (HEADER_BYTES + name.length > SparseWriter.BLOCK_BYTES) {
            return;
        }
        try (FileChannel source = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            writer.room()
                    .putLong(MAGIC)
                    .putInt(name.length)
                    .putLong(file.lengthBytes())
                    .put(name);
            writer.padToBlock();
            writeContent(file, source, writer);
        }
    }

    /** Writes as many bytes as the header says, zeros if the file has shrunk since. */
    private void writeContent(SourceFile file, FileChannel source, SparseWriter writer) throws IOException {
        long changeAt = edition.changedBlock(file) * SparseWriter.BLOCK_BYTES;
        long done = 0;
        while (done < file.lengthBytes()) {
            ByteBuffer room = writer.room();
            int start = room.position();
            int length = (int) Math.min(room.remaining(), file.lengthBytes() - done);
            fill(room, length, source);
            if (changeAt >= done && changeAt < done + length) {
                int at = start + (int) (changeAt - done);
                room.put(at, CHANGE, 0, Math.min(CHANGE.length, start + length - at));
            }
            done += length;
        }
        writer.padToBlock();
    }

    private static void fill(ByteBuffer room, int length, FileChannel source) throws IOException {
        int end = room.position() + length;
        room.limit(end);
        FileComparison.readFully(source, room);
        while (room.hasRemaining()) {
            room.put((byte) 0);
        }
        room.limit(room.capacity());
    }
}
