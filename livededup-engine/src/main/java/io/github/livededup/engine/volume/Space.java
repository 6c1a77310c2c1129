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
    /** What compaction may take beyond the limit, for it gives back more soon. */
    private volatile long reclaimReserveBytes;

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
        claim(bytes, 0);
    }

    private void claim(long bytes, long reserve) throws VolumeFullException {
        long total = used.addAndGet(bytes);
        long limit = maxBytes - otherBytes.getAsLong() + reserve;
        if (total > limit) {
            used.addAndGet(-bytes);
            throw new VolumeFullException(
                    resource, "maximum physical size: actual=" + total + " expected=at most " + limit + " bytes");
        }
    }

    void reclaimReserve(long bytes) {
        reclaimReserveBytes = bytes;
    }

    /** As {@link #claim}, for a copy in whose place more is given back. */
    void claimToReclaim(long bytes) throws VolumeFullException {
        claim(bytes, reclaimReserveBytes);
    }

    /** The bytes that may be taken on top of those used; less than 0 if there are too many already. */
    long freeBytes() {
        return maxBytes == Long.MAX_VALUE ? Long.MAX_VALUE : maxBytes - otherBytes.getAsLong() - used.get();
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
