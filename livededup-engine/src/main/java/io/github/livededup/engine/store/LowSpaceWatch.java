package io.github.livededup.engine.store;

import io.github.livededup.LowSpaceListener;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** Knows the room left, and tells the listener each time it falls below the mark. Safe for use by many threads. */
public final class LowSpaceWatch {
    private static final Logger LOG = System.getLogger(LowSpaceWatch.class.getName());

    private final BlockGroups groups;
    private final VolumeDirectory directory;
    private final long markBytes;
    private final LowSpaceListener listener;
    private final AtomicBoolean low = new AtomicBoolean();
    /** What the groups took when the room was looked at; it changes in large steps. */
    private volatile long seenUsedBytes = -1;

    /**
     * Makes the watch.
     *
     * @param groups the block groups
     * @param directory the volume's directory
     * @param markBytes the mark; 0 for none
     * @param listener who is told
     */
    public LowSpaceWatch(BlockGroups groups, VolumeDirectory directory, long markBytes, LowSpaceListener listener) {
        this.groups = groups;
        this.directory = directory;
        this.markBytes = markBytes;
        this.listener = listener;
    }

    /**
     * The room left for blocks, under the maximum size and on the disk.
     *
     * @return the bytes
     * @throws IOException if the file system cannot tell
     */
    public long freeBytes() throws IOException {
        return Math.max(0, Math.min(groups.freeBytes(), directory.usableBytes()));
    }

    /** Looks whether the room became low, if it changed. To be called after a change, without any lock of the store. */
    void look() {
        long used = groups.usedBytes();
        if (markBytes == 0 || used == seenUsedBytes) {
            return;
        }
        seenUsedBytes = used;
        try {
            long free = freeBytes();
            if (free >= markBytes) {
                low.set(false);
            } else if (!low.getAndSet(true)) {
                listener.onLowSpace(free);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "low-space check", e);
        }
    }
}
