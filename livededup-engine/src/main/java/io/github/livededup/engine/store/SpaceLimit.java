package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.metadata.SpaceGuard;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps a volume's maximum physical size: what block groups take on one side, journal and metadata on the other. */
public final class SpaceLimit implements SpaceGuard {
    private final String resource;
    private final long maxBytes;
    private final AtomicLong otherBytes = new AtomicLong();
    private @Nullable LongSupplier groupBytes;

    /**
     * Makes a limit.
     *
     * @param resource the volume as messages name it
     * @param maxBytes the most bytes the volume may take
     */
    public SpaceLimit(String resource, long maxBytes) {
        this.resource = resource;
        this.maxBytes = maxBytes;
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
     * What journal and metadata take.
     *
     * @return the bytes
     */
    public long otherBytes() {
        return otherBytes.get();
    }

    /**
     * Sets what journal and metadata take, as their files tell.
     *
     * @param bytes the bytes
     */
    public void otherBytes(long bytes) {
        otherBytes.set(bytes);
    }

    @Override
    public void claim(long additionalBytes) throws VolumeFullException {
        LongSupplier groups = groupBytes;
        long total = otherBytes.addAndGet(additionalBytes) + (groups == null ? 0 : groups.getAsLong());
        if (total > maxBytes) {
            otherBytes.addAndGet(-additionalBytes);
            throw new VolumeFullException(
                    resource, "maximum physical size: actual=" + total + " expected=at most " + maxBytes + " bytes");
        }
    }
}
