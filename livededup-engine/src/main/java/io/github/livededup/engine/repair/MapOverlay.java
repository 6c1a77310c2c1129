package io.github.livededup.engine.repair;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of an image's map since the checkpoint: runs of blocks that were mapped or became holes. An image and
 * its clone stand on one overlay that does not change any more, so a clone costs nothing.
 */
final class MapOverlay {
    /**
     * A run, by its first block.
     *
     * @param end the block behind it
     * @param address the first block's address, the others follow; 0 for holes
     */
    private record Run(long end, long address) {}

    private final @Nullable MapOverlay below;
    private final TreeMap<Long, Run> runs = new TreeMap<>();

    MapOverlay(@Nullable MapOverlay below) {
        this.below = below;
    }

    /** What an image and its clone both stand on from now on. */
    @Nullable
    MapOverlay frozen() {
        return runs.isEmpty() ? below : this;
    }

    /** Sets a run; what it overlaps is cut. */
    void put(long first, long count, long address) {
        if (count <= 0) {
            return;
        }
        long end = first + count;
        Map.Entry<Long, Run> before = runs.lowerEntry(first);
        if (before != null && before.getValue().end > first) {
            Run run = before.getValue();
            runs.put(before.getKey(), new Run(first, run.address));
            if (run.end > end) {
                runs.put(end, rest(before.getKey(), run, end));
            }
        }
        Map.Entry<Long, Run> last = runs.lowerEntry(end);
        if (last != null && last.getKey() >= first && last.getValue().end > end) {
            runs.put(end, rest(last.getKey(), last.getValue(), end));
        }
        runs.subMap(first, end).clear();
        runs.put(first, new Run(end, address));
    }

    private static Run rest(long start, Run run, long from) {
        return new Run(run.end, run.address == 0 ? 0 : run.address + (from - start));
    }

    /** Changes the addresses of consecutive blocks to what the journal says. */
    void apply(long firstBlock, long[] addresses, int count) {
        Deque<MapOverlay> layers = new ArrayDeque<>();
        for (MapOverlay layer = this; layer != null; layer = layer.below) {
            layers.push(layer);
        }
        for (MapOverlay layer : layers) {
            layer.applyOwn(firstBlock, addresses, count);
        }
    }

    private void applyOwn(long firstBlock, long[] addresses, int count) {
        long end = firstBlock + count;
        Long key = runs.floorKey(firstBlock);
        for (Map.Entry<Long, Run> each :
                runs.subMap(key == null ? firstBlock : key, end).entrySet()) {
            long start = each.getKey();
            Run run = each.getValue();
            for (long block = Math.max(start, firstBlock); block < Math.min(run.end, end); block++) {
                addresses[(int) (block - firstBlock)] = run.address == 0 ? 0 : run.address + (block - start);
            }
        }
    }

    /** The next block of which the journal says something, or only where it is mapped; {@link Long#MAX_VALUE} if none. */
    long next(long from, boolean holesToo) {
        long next = Long.MAX_VALUE;
        for (MapOverlay layer = this; layer != null; layer = layer.below) {
            next = Math.min(next, layer.nextOwn(from, holesToo));
        }
        return next;
    }

    private long nextOwn(long from, boolean holesToo) {
        Long key = runs.floorKey(from);
        for (Map.Entry<Long, Run> each : runs.tailMap(key == null ? from : key).entrySet()) {
            if (each.getValue().end > from && (holesToo || each.getValue().address != 0)) {
                return Math.max(from, each.getKey());
            }
        }
        return Long.MAX_VALUE;
    }
}
