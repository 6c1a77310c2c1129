package io.github.livededup.engine.store;

import io.github.livededup.RewritePolicy;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.LookupCursor;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which duplicates of an import are stored anew, because where they are stored would scatter the image. It sees the
 * import's batches in order, when they are settled. What the import itself stored, a copy it made included, lies well: it
 * is shared. Memory does not grow with the image, but for a number for each block group the import fills. For one import,
 * used by one thread at a time.
 */
public abstract class Rewriter {
    final BlockGroups groups;
    private final double maxShare;
    /** The groups the import fills, and the first slot that is its own. */
    private final Map<Integer, Integer> own = new HashMap<>();

    private final long[] one = new long[1];
    private final long[] onePlace = new long[1];
    private final LookupCursor cursor = new LookupCursor();
    private int lastGroup;
    private long passedBlocks;
    private long rewrittenBlocks;
    private long[] known = {};
    /** Where the duplicates of the batch lie; unknown for all other blocks. */
    long[] places = {};
    /** The duplicates of the batch that are to be stored anew. */
    boolean[] scattered = {};

    Rewriter(BlockGroups groups, double maxShare) {
        this.groups = groups;
        this.maxShare = maxShare;
    }

    /**
     * Makes what carries out a policy in one import.
     *
     * @param policy the policy
     * @param previousImageId the last version's number, if the policy names one
     * @return null if nothing is ever stored anew
     * @throws IOException if the last version's map cannot be read
     */
    static @Nullable Rewriter of(RewritePolicy policy, int previousImageId, MetadataReader metadata, BlockGroups groups)
            throws IOException {
        return switch (policy.kind()) {
            case NEVER -> null;
            case NEWEST_VERSION -> {
                StretchUse use = new StretchUse(groups, policy.minUtilisation());
                new PlaceWalk(metadata, groups).walk(previousImageId, use);
                yield new SparseStretches(groups, policy.maxShare(), use);
            }
            case MINIMUM_RUN -> new ShortRuns(groups, policy.maxShare(), policy.minRunBlocks());
        };
    }

    /**
     * Duplicates that were stored anew so far.
     *
     * @return their number
     */
    public final long rewrittenBlocks() {
        return rewrittenBlocks;
    }

    /** Looks at a batch that is about to be settled. The append lock is held, shared. */
    final void plan(BlockBatch batch) throws IOException {
        if (known.length < batch.size) {
            known = new long[batch.size];
            places = new long[batch.size];
            scattered = new boolean[batch.size];
        }
        for (int i = 0; i < batch.size; i++) {
            boolean isForeign = batch.state[i] == BlockBatch.FOUND && !isOwn(batch.addresses[i]);
            known[i] = isForeign ? batch.addresses[i] : BlockAddress.HOLE;
            scattered[i] = false;
        }
        groups.places().find(known, batch.size, places);
        mark(batch);
        keepLimit(batch);
    }

    /**
     * Rewrites what is scattered and lies one behind the other in the image wholly or not at all: half a run would leave
     * two.
     */
    private void keepLimit(BlockBatch batch) {
        long planned = rewrittenBlocks;
        int from = 0;
        while (from < batch.size) {
            int to = from;
            int blocks = 0;
            while (to < batch.size && (scattered[to] || batch.state[to] == BlockBatch.ZERO)) {
                blocks += scattered[to] ? 1 : 0;
                to++;
            }
            passedBlocks += blocks;
            if (planned + blocks > maxShare * passedBlocks) {
                Arrays.fill(scattered, from, to, false);
            } else {
                planned += blocks;
            }
            passedBlocks += to < batch.size ? 1 : 0;
            from = to + 1;
        }
    }

    /** Sets {@link #scattered} for the batch, from {@link #places}. */
    abstract void mark(BlockBatch batch);

    /** Whether another copy of a scattered block lies well, so that it is shared. */
    final boolean accepts(long address) throws IOException {
        if (isOwn(address)) {
            return true;
        }
        one[0] = address;
        groups.places().find(one, 1, onePlace);
        return acceptsPlace(onePlace[0]);
    }

    abstract boolean acceptsPlace(long place);

    /** Whether a block of the batch is to be stored anew. */
    final boolean isScattered(int index) {
        return scattered[index];
    }

    /** Notes that a duplicate was stored anew. */
    final void rewrote() {
        rewrittenBlocks++;
    }

    /** Notes that the import stored a block. */
    final void stored(long address) {
        int group = BlockAddress.group(address);
        if (group != lastGroup) {
            lastGroup = group;
            own.merge(group, BlockAddress.slot(address), Math::min);
        }
    }

    private boolean isOwn(long address) {
        Integer first = own.get(BlockAddress.group(address));
        return first != null && BlockAddress.slot(address) >= first;
    }

    /** A cursor without a last hit, so that the newest copy of a block is found. */
    final LookupCursor freshCursor() {
        cursor.lastHit(BlockAddress.HOLE);
        return cursor;
    }
}
