package io.github.livededup.engine.store;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.metadata.LivenessListener;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the live bytes and blocks of each block group and of the volume, told by the reference counts. Called under the
 * exclusive metadata lock; the totals may be read at any time.
 */
public final class LiveCounters implements LivenessListener {
    private final BlockGroups groups;
    private @Nullable MetadataStore metadata;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong blocks = new AtomicLong();
    private final AtomicLong deaths = new AtomicLong();

    public LiveCounters(BlockGroups groups) {
        this.groups = groups;
    }

    /** Binds the metadata, which is opened with this listener, and takes over the totals it records. */
    public void bind(MetadataStore store) throws IOException {
        metadata = store;
        long liveBytes = 0;
        long liveBlocks = 0;
        for (int group = 1; group <= store.groups().highestGroup(); group++) {
            var info = store.groups().get(group);
            liveBytes += info.liveBytes();
            liveBlocks += info.liveBlocks();
        }
        bytes.set(liveBytes);
        blocks.set(liveBlocks);
    }

    @Override
    public void live(long address) throws IOException {
        change(address, 1);
    }

    @Override
    public void dead(long address) throws IOException {
        deaths.incrementAndGet();
        change(address, -1);
    }

    private void change(long address, int sign) throws IOException {
        long stored = sign * (long) groups.countedBytes(address);
        bytes.addAndGet(
                metadata == null ? stored : metadata.groups().countLive(BlockAddress.group(address), stored, sign));
        blocks.addAndGet(sign);
    }

    public long bytes() {
        return bytes.get();
    }

    public long blocks() {
        return blocks.get();
    }

    /** How often a block lost its last reference since the volume was opened. */
    public long deaths() {
        return deaths.get();
    }
}
