package io.github.livededup.engine.index;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.FingerprintHeads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Groups' tables on the heap. */
final class TestTables implements GroupTables {
    static final int FINGERPRINT_BYTES = 32;

    private final Map<Integer, List<byte[]>> groups = new ConcurrentSkipListMap<>();
    private final Set<Integer> sealed = ConcurrentHashMap.newKeySet();
    private final Set<Long> unusable = ConcurrentHashMap.newKeySet();
    final Set<Integer> damaged = ConcurrentHashMap.newKeySet();
    /** What the disk cannot read. */
    final Set<Integer> unreadable = ConcurrentHashMap.newKeySet();

    final AtomicInteger visits = new AtomicInteger();
    final AtomicInteger prefetches = new AtomicInteger();

    /** If set, visits wait for it. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    /** Visits that came to the gate. */
    final AtomicInteger atGate = new AtomicInteger();

    static byte[] fingerprint(long seed) {
        byte[] bytes = new byte[FINGERPRINT_BYTES];
        new Random(seed * 0x9E3779B97F4A7C15L).nextBytes(bytes);
        return bytes;
    }

    /** Appends a fingerprint and tells its address. */
    long append(int group, byte[] fingerprint) {
        List<byte[]> slots = groups.computeIfAbsent(group, g -> new ArrayList<>());
        synchronized (slots) {
            slots.add(fingerprint);
            return BlockAddress.of(group, slots.size() - 1);
        }
    }

    /** Fills a group with the fingerprints of some seeds and seals it. */
    void sealedGroup(int group, long firstSeed, int count) {
        for (int i = 0; i < count; i++) {
            append(group, fingerprint(firstSeed + i));
        }
        seal(group);
    }

    void seal(int group) {
        sealed.add(group);
    }

    void makeUnusable(long address) {
        unusable.add(address);
    }

    @Override
    public int[] groups() {
        return groups.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public boolean isSealed(int group) {
        return sealed.contains(group);
    }

    @Override
    public int slotCount(int group) {
        List<byte[]> slots = groups.get(group);
        return slots == null ? 0 : slots.size();
    }

    @Override
    public boolean matches(long address, byte[] fingerprint, int from) {
        List<byte[]> slots = groups.get(BlockAddress.group(address));
        int slot = BlockAddress.slot(address);
        if (slots == null || slot >= slots.size() || !unusable.isEmpty() && unusable.contains(address)) {
            return false;
        }
        byte[] there = slots.get(slot);
        return Arrays.equals(there, 0, there.length, fingerprint, from, from + there.length);
    }

    @Override
    public void forEachHead(int group, FingerprintHeads heads, FingerprintHeads.Visitor visitor) throws IOException {
        try {
            if (gate.getCount() > 0) { // with the gate open a table is read whatever the thread's interrupt status
                atGate.incrementAndGet();
                gate.await();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        visits.incrementAndGet();
        if (damaged.contains(group)) {
            throw new CorruptionException("group " + group, "table checksum: actual=1 expected=2");
        }
        if (unreadable.contains(group)) {
            throw new IOException("group " + group + ": input/output error");
        }
        List<byte[]> slots = groups.get(group);
        int end = slots.size();
        for (int from = FingerprintHeads.lastPart(end); from >= 0; from -= FingerprintHeads.CAPACITY) {
            heads.clear();
            for (int slot = from; slot < Math.min(end, from + FingerprintHeads.CAPACITY); slot++) {
                if (!unusable.contains(BlockAddress.of(group, slot))) {
                    byte[] there = slots.get(slot);
                    heads.add(slot, Bytes.longAt(there, 0), Bytes.longAt(there, Long.BYTES));
                }
            }
            visitor.visit(heads);
        }
        heads.clear(); // whoever kept them sees garbage
        heads.add(-1, -1, -1);
    }

    @Override
    public void prefetch(int group) {
        prefetches.incrementAndGet();
    }
}
