package io.github.livededup.engine.index;

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

    /** Adds the tag of a key. */
    void add(long key) {
        if (count == tags.length) {
            tags = Arrays.copyOf(tags, 2 * count);
        }
        tags[count++] = tag(key);
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
