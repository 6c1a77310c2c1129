package io.github.livededup.examples.imageimport.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Compares files byte by byte, by one thread at a time. */
public final class FileComparison {
    private static final int BUFFER_BYTES = 1 << 20;

    private final ByteBuffer left = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer right = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Makes a comparison, which holds two buffers. */
    public FileComparison() {}

    /**
     * Finds the first difference.
     *
     * @param a a file
     * @param b another file
     * @return the position of the first byte that differs or that only the longer file has, -1 if they are equal
     * @throws IOException if reading fails
     */
    public long firstDifference(Path a, Path b) throws IOException {
        try (FileChannel first = FileChannel.open(a, StandardOpenOption.READ);
                FileChannel second = FileChannel.open(b, StandardOpenOption.READ)) {
            long position = 0;
            while (true) {
                fill(left, first);
                fill(right, second);
                int mismatch = left.mismatch(right);
                if (mismatch >= 0) {
                    return position + mismatch;
                }
                if (!left.hasRemaining()) {
                    return -1;
                }
                position += left.remaining();
            }
        }
    }

    private static void fill(ByteBuffer buffer, FileChannel channel) throws IOException {
        buffer.clear();
        readFully(channel, buffer);
        buffer.flip();
    }

    /** Reads until the buffer is full or the file ends. */
    static void readFully(FileChannel channel, ByteBuffer into) throws IOException {
        int read;
        do {
            read = channel.read(into);
        } while (read >= 0 && into.hasRemaining());
    }
}
