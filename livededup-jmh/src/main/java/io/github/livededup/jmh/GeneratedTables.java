package io.github.livededup.jmh;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.index.GroupTables;
import java.util.stream.IntStream;

/**
 * The tables of a volume of any size that takes no memory: sealed groups of equal size, whose fingerprints are computed from
 * their numbers. No two are alike. A table is made anew each time it is read, which takes about as long as reading it from a
 * fast disk.
 */
record GeneratedTables(long count, int slotsPerGroup) implements GroupTables {
    static final int FINGERPRINT_BYTES = 32;
    private static final int WORDS = FINGERPRINT_BYTES / Long.BYTES;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** The address of the n-th fingerprint. */
    long address(long n) {
        return BlockAddress.of((int) (1 + n / slotsPerGroup), (int) (n % slotsPerGroup));
    }

    /** Writes the n-th fingerprint; a number from {@link #count} on is of a block that is not there. */
    static void fingerprint(long n, byte[] into, int at) {
        for (int word = 0; word < WORDS; word++) {
            Bytes.putLong(into, at + word * Long.BYTES, word(n, word));
        }
    }

    /** Stafford's variant 13 of MurmurHash3's finalizer, a bijection of n for each word. */
    private static long word(long n, int word) {
        long z = n * WORDS + word + 1;
        z *= GOLDEN;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    @Override
    public int[] groups() {
        return IntStream.rangeClosed(1, (int) ((count + slotsPerGroup - 1) / slotsPerGroup))
                .toArray();
    }

    @Override
    public boolean isSealed(int group) {
        return true;
    }

    @Override
    public int slotCount(int group) {
        return (int) Math.max(0, Math.min(slotsPerGroup, count - (group - 1L) * slotsPerGroup));
    }

    @Override
    public boolean matches(long address, byte[] fingerprint, int from) {
        int slot = BlockAddress.slot(address);
        int group = BlockAddress.group(address);
        if (slot >= slotCount(group)) {
            return false;
        }
        long n = (group - 1L) * slotsPerGroup + slot;
        for (int word = 0; word < WORDS; word++) {
            if (Bytes.longAt(fingerprint, from + word * Long.BYTES) != word(n, word)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void forEachHead(int group, FingerprintHeads heads, FingerprintHeads.Visitor visitor) {
        long first = (group - 1L) * slotsPerGroup;
        int slots = slotCount(group);
        for (int from = FingerprintHeads.lastPart(slots); from >= 0; from -= FingerprintHeads.CAPACITY) {
            heads.clear();
            for (int slot = from; slot < Math.min(slots, from + FingerprintHeads.CAPACITY); slot++) {
                heads.add(slot, word(first + slot, 0), word(first + slot, 1));
            }
            visitor.visit(heads);
        }
    }

    @Override
    public void prefetch(int group) {
        // nothing to read
    }
}
