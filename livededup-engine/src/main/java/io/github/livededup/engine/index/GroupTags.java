package io.github.livededup.engine.index;

import io.github.livededup.engine.format.FingerprintHeads;
import java.util.Arrays;

/** The tags of one group's fingerprints, being collected from its table. For one thread. */
final class GroupTags {
    private int[] tags;
    private int count;

    /**
     * Makes an empty collection.
     *
     * @param expected the tags it has room for from the start
     */
    GroupTags(int expected) {
        tags = new int[Math.max(1, expected)];
    }

    /** The part of a partition's key that is a tag. */
    static int tag(long key) {
        return (int) (key >>> Integer.SIZE);
    }

    /** Adds the tags of some fingerprints. */
    void add(FingerprintHeads heads) {
        int more = heads.count();
        if (count + more > tags.length) {
            tags = Arrays.copyOf(tags, count + Math.max(count, more));
        }
        for (int i = 0; i < more; i++) {
            tags[count + i] = tag(FingerprintKeys.key(heads, i));
        }
        count += more;
    }

    /** The number of tags. */
    int count() {
        return count;
    }

    /** The i-th tag. */
    int at(int i) {
        return tags[i];
    }
}
