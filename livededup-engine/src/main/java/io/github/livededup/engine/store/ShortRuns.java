package io.github.livededup.engine.store;

import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.BlockPlace;

/**
 * Stores duplicates anew that come in short runs: a run goes on while each block is stored right behind the one before.
 * Blocks of zeros in between do not end it. A run that reaches the end of a batch is shared so far, and its length counts
 * for what follows in the next batch.
 */
final class ShortRuns extends Rewriter {
    private final int minRunBlocks;
    private long lastPlace = BlockPlace.UNKNOWN;
    private long runBlocks;

    ShortRuns(BlockGroups groups, double maxShare, int minRunBlocks) {
        super(groups, maxShare);
        this.minRunBlocks = minRunBlocks;
    }

    @Override
    void mark(BlockBatch batch) {
        int start = 0;
        for (int i = 0; i < batch.size; i++) {
            if (batch.state[i] == BlockBatch.ZERO) {
                continue;
            }
            if (!BlockPlace.isNext(lastPlace, places[i])) {
                end(start, i);
                start = i;
            }
            lastPlace = places[i];
            runBlocks++;
        }
    }

    private void end(int from, int to) {
        if (runBlocks < minRunBlocks) {
            for (int i = from; i < to; i++) {
                scattered[i] = places[i] != BlockPlace.UNKNOWN;
            }
        }
        runBlocks = 0;
    }

    @Override
    boolean acceptsPlace(long place) {
        return false;
    }
}
