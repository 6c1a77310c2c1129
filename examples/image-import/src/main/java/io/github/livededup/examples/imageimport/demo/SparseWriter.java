package io.github.livededup.examples.imageimport.demo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a file from beginning to end, leaving holes where whole blocks are zero. */
final class SparseWriter implements Closeable {
    /** The granularity of holes, and what contents are aligned to. */
    static final int BLOCK_BYTES = 4096;

    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long flushedBytes;

    /**
     * Creates a file that does not exist.
     *
     * @param file the file
     * @throws IOException if it exists or cannot be created
     */
    SparseWriter(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Room for at least one block, to be filled from its position; what is put there is written. */
    ByteBuffer room() throws IOException {
        if (buffer.remaining() < BLOCK_BYTES) {
            flush();
        }
        return buffer;
    }

    /** The position of the next byte. */
    long positionBytes() {
        return flushedBytes + buffer.position();
    }

    /** Fills up the block that was begun with zeros. */
    void padToBlock() {
        while (buffer.position() % BLOCK_BYTES != 0) {
            buffer.put((byte) 0);
        }
    }

    /** Writes what is left, and makes the file so long, the rest being a hole. */
    void finish(long lengthBytes) throws IOException {
        padToBlock();
        flush();
        if (channel.size() < lengthBytes) {
            channel.write(ByteBuffer.allocate(1), lengthBytes - 1);
        }
    }

    /** Writes the runs of blocks that are not zero. The buffer holds whole blocks. */
    private void flush() throws IOException {
        int end = buffer.position();
        int start = 0;
        while (start < end) {
            int next = start;
            while (next < end && !isZero(next)) {
                next += BLOCK_BYTES;
            }
            writeRun(start, next);
            start = next + BLOCK_BYTES;
        }
        flushedBytes += end;
        buffer.clear();
    }

    private void writeRun(int start, int end) throws IOException {
        buffer.limit(end).position(start);
        while (buffer.hasRemaining()) {
            channel.write(buffer, flushedBytes + buffer.position());
        }
        buffer.limit(buffer.capacity());
    }

    private boolean isZero(int blockStart) {
        for (int i = blockStart; i < blockStart + BLOCK_BYTES; i += Long.BYTES) {
            if (buffer.getLong(i) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
