package io.github.livededup.engine.store;

import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.BlockPlace;
import io.github.livededup.engine.volume.GroupLayout;
import java.util.List;

/**
 * How much of each stretch of 4 MiB of the block groups an image uses: a number for each stretch of the groups it uses, and
 * one for each other group. A block that the image maps many times counts once, as far as a small table of the blocks seen
 * last can tell.
 */
final class StretchUse implements PlaceWalk.Visitor {
    static final int STRETCH_BYTES = 4 << 20;

    private static final int SEEN = 1 << 16;
    private static final int[] NONE = {};

    private final double minUtilisation;
    /** Where each group's blocks end: stretches behind came later. */
    private final int[] ends;

    private final int[][] usedBytes;
    private final long[] seen = new long[SEEN];

    StretchUse(BlockGroups groups, double minUtilisation) {
        this.minUtilisation = minUtilisation;
        List<GroupLayout> layouts = groups.layouts();
        int size = layouts.stream().mapToInt(GroupLayout::group).max().orElse(0) + 1;
        ends = new int[size];
        usedBytes = new int[size][];
        for (GroupLayout layout : layouts) {
            ends[layout.group()] = layout.dataEnd();
            usedBytes[layout.group()] = NONE;
        }
    }

    @Override
    public void visit(long address, long place) {
        int group = BlockPlace.group(place);
        if (place == BlockPlace.UNKNOWN || group >= ends.length || isRepeated(address)) {
            return;
        }
        int stretch = BlockPlace.offsetBytes(place) / STRETCH_BYTES;
        int[] used = usedBytes[group];
        if (used != null && used.length == 0) {
            used = new int[ends[group] / STRETCH_BYTES + 1];
            usedBytes[group] = used;
        }
        if (used != null && stretch < used.length) {
            used[stretch] += BlockPlace.lengthBytes(place);
        }
    }

    private boolean isRepeated(long address) {
        int at = (int) ((address * 0x9E37_79B9_7F4A_7C15L) >>> 48);
        boolean repeated = seen[at] == address;
        seen[at] = address;
        return repeated;
    }

    /** Whether less of a block's stretch is used than it should be; what came after the image was looked at is not. */
    boolean isSparse(long place) {
        int group = BlockPlace.group(place);
        int start = BlockPlace.offsetBytes(place) / STRETCH_BYTES * STRETCH_BYTES;
        if (group >= ends.length || start >= ends[group]) {
            return false;
        }
        int[] used = usedBytes[group];
        int stretch = start / STRETCH_BYTES;
        long bytes = used != null && stretch < used.length ? used[stretch] : 0;
        return bytes < minUtilisation * Math.min(STRETCH_BYTES, ends[group] - start);
    }
}
