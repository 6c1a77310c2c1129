package io.github.livededup.engine.image;

import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.ReadAhead;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a handle is read in order, and then has the system fetch what comes next while the present is decoded. A
 * handle that several threads read is watched as well as that goes: nobody waits, and a race between them costs a hint that is not
 * needed, or one that is.
 */
final class SequentialReader {
    /** Batches in a row that make a reader sequential. */
    private static final int FIRST_BATCHES = 2;
    /** How far ahead blocks are announced. */
    private static final int AHEAD_BYTES = 2 << 20;
    /** When less than this is left of what was announced, the next are. */
    private static final int LEAST_AHEAD_BYTES = 1 << 20;

    private final BlockStoreCore store;
    private final int imageId;
    private final int blockSizeBytes;
    private final ReentrantLock announcing = new ReentrantLock();
    private @Nullable ReadAhead ahead;
    private long nextBytes = -1;
    private long announcedBytes;
    private int batches;

    SequentialReader(BlockStoreCore store, int imageId) {
        this.store = store;
        this.imageId = imageId;
        blockSizeBytes = store.settings().blockSizeBytes();
    }

    /** To be called before a batch is read. */
    void reads(long positionBytes, int lengthBytes) {
        long endBytes = positionBytes + lengthBytes;
        boolean goesOn = positionBytes == nextBytes;
        nextBytes = endBytes;
        if (!goesOn) {
            batches = 0;
            announcedBytes = endBytes;
        } else if (++batches >= FIRST_BATCHES
                && announcedBytes - endBytes < LEAST_AHEAD_BYTES
                && announcing.tryLock()) {
            try {
                announce(endBytes);
            } finally {
                announcing.unlock();
            }
        }
    }

    private void announce(long endBytes) {
        ReadAhead announcer = ahead;
        if (announcer == null) {
            announcer = store.readAhead(imageId);
            ahead = announcer;
        }
        long from = Math.max(announcedBytes, endBytes);
        long to = endBytes + AHEAD_BYTES;
        announcedBytes = to;
        if (from < to) {
            announcer.announce(from / blockSizeBytes, to / blockSizeBytes);
        }
    }
}
