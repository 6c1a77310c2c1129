package io.github.livededup.jmh;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.index.GroupTables;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Sealed groups of equal size whose fingerprints lie one after the other in an array. */
record HeapTables(byte[] fingerprints, int slotsPerGroup) implements GroupTables {
    static final int FINGERPRINT_BYTES = 32;

    int count() {
        return fingerprints.length / FINGERPRINT_BYTES;
    }

    /** The address of the n-th fingerprint. */
    long address(int n) {
        return BlockAddress.of(1 + n / slotsPerGroup, n % slotsPerGroup);
    }

    @Override
    public int[] groups() {
        return IntStream.rangeClosed(1, (count() + slotsPerGroup - 1) / slotsPerGroup)
                .toArray();
    }

    @Override
    public boolean isSealed(int group) {
        return true;
    }

    @Override
    public int slotCount(int group) {
        return Math.max(0, Math.min(slotsPerGroup, count() - (group - 1) * slotsPerGroup));
    }

    @Override
    public boolean matches(long address, byte[] fingerprint, int from) {
        int slot = BlockAddress.slot(address);
        int group = BlockAddress.group(address);
        if (slot >= slotCount(group)) {
            return false;
        }
        int at = ((group - 1) * slotsPerGroup + slot) * FINGERPRINT_BYTES;
        return Arrays.equals(fingerprints, at, at + FINGERPRINT_BYTES, fingerprint, from, from + FINGERPRINT_BYTES);
    }

    @Override
    public void forEachHead(int group, FingerprintHeads heads, FingerprintHeads.Visitor visitor) {
        int first = (group - 1) * slotsPerGroup;
        int slots = slotCount(group);
        for (int from = FingerprintHeads.lastPart(slots); from >= 0; from -= FingerprintHeads.CAPACITY) {
            heads.clear();
            for (int slot = from; slot < Math.min(slots, from + FingerprintHeads.CAPACITY); slot++) {
                int at = (first + slot) * FINGERPRINT_BYTES;
                heads.add(slot, Bytes.longAt(fingerprints, at), Bytes.longAt(fingerprints, at + Long.BYTES));
            }
            visitor.visit(heads);
        }
    }

    @Override
    public void prefetch(int group) {
        // on the heap already
    }
}
