package io.github.livededup.engine.io.disk;

import io.github.livededup.engine.util.OffHeap;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap for a table that is read all over: the system is asked for large pages (2 MiB on x86), since a
 * processor that reads a place of a table of a GiB else waits for the page tables as long as for the place. Where the system
 * gives none, or the table is small, it is memory like any other. Large pages do not count as the JVM's direct buffers.
 *
 * <p>Not safe for use by several threads: whoever frees it knows that nobody reads it.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/mm/transhuge.html">Linux: transparent huge pages</a>
 */
public final class LargeMemory {
    /** Below this a table has hardly a large page of its own, and its page tables stay in the processor's caches. */
    static final int WORTH_BYTES = 4 << 20;

    /** Has a thread, so only where it is needed. */
    private static final class Lazy {
        private static final Cleaner CLEANER = Cleaner.create();
    }

    private final ByteBuffer buffer;
    private final Cleaner.@Nullable Cleanable mapped;

    private LargeMemory(ByteBuffer buffer, Cleaner.@Nullable Cleanable mapped) {
        this.buffer = buffer;
        this.mapped = mapped;
    }

    /**
     * Allocates zeroed memory. It is freed by {@link #free}, or when nobody has it nor its buffer any more.
     *
     * @param sizeBytes how much
     * @return the memory
     * @throws OutOfMemoryError if there is not so much
     */
    public static LargeMemory allocate(int sizeBytes) {
        return allocate(sizeBytes, SystemCalls.detected());
    }

    static LargeMemory allocate(int sizeBytes, SystemCalls calls) {
        SystemCalls.Mapping mapping = sizeBytes < WORTH_BYTES ? null : calls.mapLargePages(sizeBytes);
        if (mapping == null) {
            return new LargeMemory(OffHeap.allocate(sizeBytes), null);
        }
        ByteBuffer buffer = mapping.buffer().order(ByteOrder.LITTLE_ENDIAN);
        return new LargeMemory(buffer, Lazy.CLEANER.register(buffer, mapping.unmap()));
    }

    /** All of it, little-endian, from position 0 to its capacity. Not to be touched after {@link #free}: that crashes the JVM. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Frees it. Further calls do nothing where it is of large pages, and are not allowed else. */
    public void free() {
        if (mapped == null) {
            OffHeap.free(buffer);
        } else {
            mapped.clean();
        }
    }
}
