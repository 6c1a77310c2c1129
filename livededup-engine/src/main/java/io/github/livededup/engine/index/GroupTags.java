package io.github.livededup.engine.index;

import io.github.livededup.engine.format.FingerprintHeads;
import java.util.Arrays;

/** The tags of one group's fingerprints and their slots, the highest slot first, being collected from its table. For one thread. */
final class GroupTags {
    private int[] tags;
    private int[] slots;
    private int count;

    /**
     * Makes an empty collection.
     *
     * @param expected the tags it has room for from the start
     */
    GroupTags(int expected) {
        tags = new int[Math.max(1, expected)];
        slots = new int[tags.length];
    }

    /** The part of a partition's key that is a tag. */
    static int tag(long key) {
        return (int) (key >>> Integer.SIZE);
    }

    /** Adds some fingerprints, whose slots are below all that are here. */
    void add(FingerprintHeads heads) {
        int more = heads.count();
        if (count + more > tags.length) {
            tags = Arrays.copyOf(tags, count + Math.max(count, more));
            slots = Arrays.copyOf(slots, tags.length);
        }
        for (int i = more - 1; i >= 0; i--) {
            tags[count] = tag(FingerprintKeys.key(heads, i));
            slots[count] = heads.slot(i);
            count++;
        }
    }

    /** The number of tags. */
    int count() {
        return count;
    }

    /** The i-th tag. */
    int tag(int i) {
        return tags[i];
    }

    /** The slot of the i-th tag. */
    int slot(int i) {
        return slots[i];
    }
}
