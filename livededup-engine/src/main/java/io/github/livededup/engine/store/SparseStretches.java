package io.github.livededup.engine.store;

import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.BlockPlace;

/** Stores duplicates anew whose stretch the image's last version hardly used. */
final class SparseStretches extends Rewriter {
    private final StretchUse use;

    SparseStretches(BlockGroups groups, double maxShare, StretchUse use) {
        super(groups, maxShare);
        this.use = use;
    }

    @Override
    void mark(BlockBatch batch) {
        for (int i = 0; i < batch.size; i++) {
            scattered[i] = places[i] != BlockPlace.UNKNOWN && use.isSparse(places[i]);
        }
    }

    @Override
    boolean acceptsPlace(long place) {
        return place != BlockPlace.UNKNOWN && !use.isSparse(place);
    }
}
