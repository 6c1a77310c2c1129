package io.github.livededup.jmh;

import io.github.livededup.engine.format.BlockAddress;
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
    public void forEachFingerprint(int group, Visitor visitor) {
        int first = (group - 1) * slotsPerGroup;
        for (int slot = 0; slot < slotCount(group); slot++) {
            visitor.visit(slot, fingerprints, (first + slot) * FINGERPRINT_BYTES);
        }
    }

    @Override
    public void prefetch(int group) {
        // on the heap already
    }
}
