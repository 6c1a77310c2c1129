package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.metadata.SpaceGuard;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a volume's maximum physical size: what block groups take on one side, journal and metadata on the other. Blocks may
 * not take the last part of it, so that there is always metadata to be had for giving something back.
 */
public final class SpaceLimit implements SpaceGuard {
    private static final long MIN_RESERVE_BYTES = 1L << 20;
    private static final int RESERVE_DIVISOR = 32;

    private final String resource;
    private final long maxBytes;
    private final long reserveBytes;
    private final AtomicLong otherBytes = new AtomicLong();
    private @Nullable LongSupplier groupBytes;
    private volatile boolean suspended;

    /**
     * Makes a limit.
     *
     * @param resource the volume as messages name it
     * @param maxBytes the most bytes the volume may take
     */
    public SpaceLimit(String resource, long maxBytes) {
        this.resource = resource;
        this.maxBytes = maxBytes;
        reserveBytes = maxBytes == Long.MAX_VALUE ? 0 : Math.max(MIN_RESERVE_BYTES, maxBytes / RESERVE_DIVISOR);
    }

    /**
     * Binds the block groups, which ask {@link #otherBytes()} for their part of the limit.
     *
     * @param usedBytes what they take
     */
    public void bind(LongSupplier usedBytes) {
        groupBytes = usedBytes;
    }

    /**
     * What journal and metadata take, and what is kept for them.
     *
     * @return the bytes that blocks may not take
     */
    public long otherBytes() {
        return otherBytes.get() + reserveBytes;
    }

    /**
     * What compaction may take of the reserve for a copy, since it gives back more soon.
     *
     * @return three quarters of it
     */
    public long reclaimReserveBytes() {
        return reserveBytes / 4 * 3;
    }

    /**
     * Sets what journal and metadata take, as their files tell.
     *
     * @param bytes the bytes
     */
    public void otherBytes(long bytes) {
        otherBytes.set(bytes);
    }

    /**
     * Lets journal and metadata exceed the limit until {@link #enforce}: while a volume is opened. What was committed must become a checkpoint
     * again, and may take some pages more for that than it had, if it was full.
     */
    public void suspend() {
        suspended = true;
    }

    /** From now on nothing exceeds the limit. */
    public void enforce() {
        suspended = false;
    }

    @Override
    public void claim(long additionalBytes) throws VolumeFullException {
        LongSupplier groups = groupBytes;
        long total = otherBytes.addAndGet(additionalBytes) + (groups == null ? 0 : groups.getAsLong());
        if (total > maxBytes && !suspended) {
            otherBytes.addAndGet(-additionalBytes);
            throw new VolumeFullException(
                    resource, "maximum physical size: actual=" + total + " expected=at most " + maxBytes + " bytes");
        }
    }
}
