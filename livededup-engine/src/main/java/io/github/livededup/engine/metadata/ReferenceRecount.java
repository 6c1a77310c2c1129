package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * References counted anew from map pages and counts from outside, for as many groups as memory allows: those from a first one on. When memory is
 * short the highest groups are left for a later pass over the maps.
 */
final class ReferenceRecount {
    private static final int PER_LEAF = TreeShape.COUNTS.recordsPerLeaf;
    /** A leaf's counts, with what Java adds to an array and to its place in a map. */
    private static final long CHUNK_BYTES = PER_LEAF * (long) Integer.BYTES + 80;

    private final long memoryBytes;
    private final int firstGroup;
    private int endGroup = Integer.MAX_VALUE;
    private final TreeMap<Integer, Map<Integer, int[]>> groups = new TreeMap<>();
    private long usedBytes;
    private long chunkKey;
    private int @Nullable [] chunk;

    /**
     * Starts counting.
     *
     * @param firstGroup the lowest group to count
     * @param memoryBytes the memory to use; one group is counted whatever it takes
     */
    ReferenceRecount(int firstGroup, long memoryBytes) {
        this.firstGroup = firstGroup;
        this.memoryBytes = memoryBytes;
    }

    /** Counts the references of a page. */
    void count(Page leaf) {
        int end = leaf.recordOffset(leaf.shape.recordsPerLeaf);
        for (int at = leaf.recordOffset(0); at < end; at += Long.BYTES) {
            long address = Bytes.longAt(leaf.data, at);
            int group = BlockAddress.group(address);
            if (address != 0 && group >= firstGroup && group < endGroup) {
                count(address, group);
            }
        }
    }

    private void count(long address, int group) {
        long key = ReferenceCounts.leafKey(address);
        int[] counts = chunk;
        if (counts == null || key != chunkKey) {
            int leafIndex = BlockAddress.slot(address) / PER_LEAF;
            Map<Integer, int[]> chunks = groups.computeIfAbsent(group, g -> new HashMap<>());
            counts = chunks.get(leafIndex);
            if (counts == null) {
                counts = new int[PER_LEAF];
                chunks.put(leafIndex, counts);
                usedBytes += CHUNK_BYTES;
                shrink();
            }
            chunk = counts;
            chunkKey = key;
        }
        counts[BlockAddress.slot(address) % PER_LEAF]++;
    }

    private void shrink() {
        while (usedBytes > memoryBytes && groups.size() > 1) {
            Map.Entry<Integer, Map<Integer, int[]>> last = groups.pollLastEntry();
            endGroup = last.getKey();
            usedBytes -= last.getValue().size() * CHUNK_BYTES;
        }
        chunk = null;
    }

    /** Adds a page of references from outside to a group that is counted. */
    void addExternals(int group, int leafIndex, Page leaf) {
        int[] counts = groups.computeIfAbsent(group, g -> new HashMap<>())
                .computeIfAbsent(leafIndex, index -> new int[PER_LEAF]);
        for (int index = 0; index < PER_LEAF; index++) {
            counts[index] += (int) CountTree.get(leaf, index);
        }
    }

    /** The group behind the last one counted; {@link Integer#MAX_VALUE} if all were. */
    int endGroup() {
        return endGroup;
    }

    /**
     * Takes the counts of a page of stored ones out.
     *
     * @return the counts, null if all are 0
     */
    int @Nullable [] take(int group, int leafIndex) {
        Map<Integer, int[]> chunks = groups.get(group);
        return chunks == null ? null : chunks.remove(leafIndex);
    }

    /** A group and the first slot of counts that nobody took, or null if all were taken. */
    @Nullable
    Untaken nextUntaken() {
        Iterator<Map.Entry<Integer, Map<Integer, int[]>>> each =
                groups.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Integer, Map<Integer, int[]>> entry = each.next();
            Iterator<Map.Entry<Integer, int[]>> chunks =
                    entry.getValue().entrySet().iterator();
            if (chunks.hasNext()) {
                Map.Entry<Integer, int[]> first = chunks.next();
                chunks.remove();
                return new Untaken(entry.getKey(), first.getKey() * PER_LEAF, first.getValue());
            }
            each.remove();
        }
        return null;
    }

    /**
     * Counts for which there is no stored page.
     *
     * @param group the group
     * @param firstSlot the slot of the first count
     * @param counts the counts
     */
    record Untaken(int group, int firstSlot, int[] counts) {}
}
