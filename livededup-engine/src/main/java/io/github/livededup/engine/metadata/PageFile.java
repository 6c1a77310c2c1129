package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import io.github.livededup.engine.io.VolumeFile;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file of pages: reads and checks single ones, writes many. Reading is safe for use by many threads. */
final class PageFile implements Closeable {
    /** Pages behind one another are written together, up to this many bytes. */
    private static final int WRITE_BYTES = 256 * 1024;

    private final VolumeFile file;
    private final long volume;
    private @Nullable ByteBuffer writeBuffer;

    /**
     * Wraps a file.
     *
     * @param file the file; closed with this
     * @param volume the low 64 bits of the volume id
     */
    PageFile(VolumeFile file, long volume) {
        this.file = file;
        this.volume = volume;
    }

    String description() {
        return file.description();
    }

    /** The whole pages the file has. */
    long sizePages() throws IOException {
        return file.sizeBytes() / PageLayout.PAGE_BYTES;
    }

    long allocatedBytes() throws IOException {
        return file.allocatedBytes();
    }

    /**
     * Reads a page and checks it.
     *
     * @param pointer the pointer to it
     * @param shape what it must be part of
     * @param level the level it must have
     * @return a new array
     * @throws CorruptionException if it is not the page that was meant; the page and the field are named
     * @throws IOException if reading fails
     */
    byte[] read(long pointer, TreeShape shape, int level) throws IOException {
        long number = PagePointer.number(pointer);
        byte[] data = new byte[PageLayout.PAGE_BYTES];
        try {
            file.read(ByteBuffer.wrap(data), number * PageLayout.PAGE_BYTES);
        } catch (EOFException e) {
            String message = "page number: actual=beyond the file's end expected=below " + sizePages();
            throw new CorruptionException(Page.describe(description(), number, shape, level), message, e);
        }
        String mismatch = PageLayout.mismatch(data, pointer, shape.kind, level, shape.recordBytes(level), volume);
        if (mismatch != null) {
            throw new CorruptionException(Page.describe(description(), number, shape, level), mismatch);
        }
        return data;
    }

    /** Gives a new page its header. */
    void writeHeader(byte[] data, TreeShape shape, int level, long number, long generation) {
        PageLayout.writeHeader(data, shape.kind, level, shape.recordBytes(level), number, generation, volume);
    }

    /**
     * Completes and writes pages.
     *
     * @param pages pages in order of their numbers
     * @throws IOException if writing fails
     */
    void write(List<Page> pages) throws IOException {
        ByteBuffer buffer = writeBuffer;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(WRITE_BYTES);
            writeBuffer = buffer;
        }
        buffer.clear();
        long first = 0;
        long next = -1;
        for (Page page : pages) {
            PageLayout.seal(page.data, page.used);
            if (page.number() != next || !buffer.hasRemaining()) {
                flush(buffer, first);
                first = page.number();
                next = first;
            }
            buffer.put(page.data);
            next++;
        }
        flush(buffer, first);
    }

    private void flush(ByteBuffer buffer, long firstPage) throws IOException {
        if (buffer.position() > 0) {
            file.write(buffer.flip(), firstPage * PageLayout.PAGE_BYTES);
        }
        buffer.clear();
    }

    void force() throws IOException {
        file.force();
    }

    void allocate(long firstPage, long pages) throws IOException {
        file.allocate(firstPage * PageLayout.PAGE_BYTES, pages * PageLayout.PAGE_BYTES);
    }

    /** What a range of pages would take more than {@link #allocatedBytes} counts of it. */
    long holeBytes(long firstPage, long pages) throws IOException {
        long at = firstPage * PageLayout.PAGE_BYTES;
        long end = at + pages * PageLayout.PAGE_BYTES;
        return end - at - file.dataBytes(at, end);
    }

    boolean punch(long firstPage, long pages) throws IOException {
        return file.punch(firstPage * PageLayout.PAGE_BYTES, pages * PageLayout.PAGE_BYTES);
    }

    void resize(long pages) throws IOException {
        file.resize(pages * PageLayout.PAGE_BYTES);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
