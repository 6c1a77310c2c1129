package io.github.livededup.engine.store;

import io.github.livededup.Fragmentation;
import io.github.livededup.engine.volume.BlockPlace;

/**
 * Counts the physical extents of images. An extent goes on while the next mapped block of the image starts where the one
 * before ends, in the same group, at the next 16-byte step: then one read ahead brings both. Slots do not matter, so the
 * vacant ones of a compacted group do not break an extent, and neither does a hole of the image: it takes no room. A dead
 * block in between does.
 */
final class ExtentCounter implements PlaceWalk.Visitor {
    private long blocks;
    private long extents;
    private long last = BlockPlace.UNKNOWN;

    @Override
    public void visit(long address, long place) {
        blocks++;
        if (!BlockPlace.isNext(last, place)) {
            extents++;
        }
        last = place;
    }

    /** To be called between two images. */
    void startImage() {
        last = BlockPlace.UNKNOWN;
    }

    /** What was counted so far. */
    Fragmentation fragmentation(int blockSizeBytes) {
        return new Fragmentation(blocks * blockSizeBytes, blocks, extents);
    }
}
