package io.github.livededup.engine.io.disk;

import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A mapping of a file on disk. One that is never closed is unmapped when the garbage collector finds its buffer, and that
 * only after every duplicate is gone, so a leak costs address space and nothing else.
 */
final class DiskRegion implements MappedRegion {
    private final SystemCalls calls;
    private final MappedByteBuffer mapping;
    private final AtomicBoolean closed = new AtomicBoolean();

    DiskRegion(SystemCalls calls, MappedByteBuffer mapping) {
        this.calls = calls;
        this.mapping = mapping;
        mapping.order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer buffer() {
        return mapping;
    }

    @Override
    public void willNeed(int offsetBytes, int lengthBytes) {
        if (lengthBytes > 0) {
            calls.advise(mapping, offsetBytes, lengthBytes, true);
        }
    }

    @Override
    public boolean dropResident() {
        return calls.advise(mapping, 0, mapping.capacity(), false);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            OffHeap.free(mapping);
        }
    }
}
