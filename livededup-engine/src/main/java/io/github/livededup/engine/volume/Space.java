package io.github.livededup.engine.volume;

import io.github.livededup.VolumeFullException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The bytes the block groups take on disk, and the most the volume may take. */
final class Space {
    private final String resource;
    private final long maxBytes;
    private final LongSupplier otherBytes;
    private final AtomicLong used = new AtomicLong();

    Space(String resource, long maxBytes, LongSupplier otherBytes) {
        this.resource = resource;
        this.maxBytes = maxBytes;
        this.otherBytes = otherBytes;
    }

    long usedBytes() {
        return used.get();
    }

    /** Takes bytes that are on disk already, whatever the limit. */
    void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Takes bytes, all or none. */
    void claim(long bytes) throws VolumeFullException {
        long total = used.addAndGet(bytes);
        long limit = maxBytes - otherBytes.getAsLong();
        if (total > limit) {
            used.addAndGet(-bytes);
            throw new VolumeFullException(
                    resource, "maximum physical size: actual=" + total + " expected=at most " + limit + " bytes");
        }
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
