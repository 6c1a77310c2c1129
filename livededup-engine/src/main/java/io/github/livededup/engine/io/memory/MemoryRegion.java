package io.github.livededup.engine.io.memory;

import io.github.livededup.engine.io.MappedRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A mapping of a file in memory: a copy that the content brings up to date at each change. Closing it fills it with
 * {@link #POISON}, so that whoever reads it afterwards fails a checksum, where on a disk the JVM would crash.
 */
final class MemoryRegion implements MappedRegion {
    /** What a closed mapping holds. */
    static final byte POISON = (byte) 0xDB;

    private static final byte[] POISONED = new byte[64 << 10];

    static {
        Arrays.fill(POISONED, POISON);
    }

    private final MemoryContent content;
    private final long positionBytes;
    private final ByteBuffer writable;
    private final ByteBuffer readable;
    private boolean closed;

    MemoryRegion(MemoryContent content, long positionBytes, int lengthBytes) {
        this.content = content;
        this.positionBytes = positionBytes;
        this.writable = ByteBuffer.allocateDirect(lengthBytes);
        this.readable = writable.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Takes over a page's bytes, as far as they are mapped here. The content's monitor is held. */
    void refresh(long pageStartBytes, byte[] page) {
        long from = Math.max(pageStartBytes, positionBytes);
        long to = Math.min(pageStartBytes + page.length, positionBytes + writable.capacity());
        if (from < to) {
            writable.put((int) (from - positionBytes), page, (int) (from - pageStartBytes), (int) (to - from));
        }
    }

    @Override
    public ByteBuffer buffer() {
        return readable;
    }

    @Override
    public void willNeed(int offsetBytes, int lengthBytes) {}

    /** {@inheritDoc} It is all there is of it, so nothing happens. */
    @Override
    public boolean dropResident() {
        return false;
    }

    @Override
    public void close() {
        synchronized (content) {
            if (closed) {
                return;
            }
            closed = true;
            content.unmap(this);
            for (int at = 0; at < writable.capacity(); at += POISONED.length) {
                writable.put(at, POISONED, 0, Math.min(POISONED.length, writable.capacity() - at));
            }
        }
    }
}
