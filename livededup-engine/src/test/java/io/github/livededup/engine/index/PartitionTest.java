package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.FingerprintHeads;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {
    @TempDir
    private Path folder;

    private File file(String name) {
        return folder.resolve(name).toFile();
    }

    /** Both partitions and a map: they must find the same, save that a slot of another key costs an attempt. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 15_999, 16_001, 40_000})
    void bothFindWhatAMapFinds(int entries) throws IOException {
        Random random = new Random(entries);
        BuiltInPartition builtIn = new BuiltInPartition(0);
        ChronicleMapPartition chronicle = ChronicleMapPartition.create(file("a.cmap"), entries);
        Map<Long, List<Integer>> model = new HashMap<>();
        for (int slot = 0; slot < entries; slot++) {
            // some keys come in a neighbourhood that runs into itself, with repetitions
            long key = slot < 300 ? random.nextInt(200) : random.nextLong();
            builtIn.add(key, slot);
            builtIn.add(key, slot);
            chronicle.add(key, slot);
            model.computeIfAbsent(key, k -> new ArrayList<>()).add(slot);
        }
        assertThat(builtIn.entries()).isEqualTo(entries);
        chronicle.close();
        chronicle = ChronicleMapPartition.open(file("a.cmap"), entries);
        for (Map.Entry<Long, List<Integer>> entry : model.entrySet()) {
            assertThat(slots(builtIn, entry.getKey())).containsAll(entry.getValue());
            assertThat(slots(chronicle, entry.getKey())).containsAll(entry.getValue());
        }
        for (int i = 0; i < 1000; i++) {
            long key = random.nextLong();
            if (!model.containsKey(key)) {
                assertThat(builtIn.slot(key, 0)).isEqualTo(Partition.NONE);
                assertThat(chronicle.slot(key, 0)).isEqualTo(Partition.NONE);
            }
        }
        builtIn.close();
        chronicle.close();
    }

    /** Filled from the highest slots down, then added to: of equal keys the highest slot always comes first. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2047, 2048, 2049, 40_000, 40_001})
    void filledInPartsItFindsTheSame(int entries) {
        Random random = new Random(entries);
        long[] keys = new long[entries + 500];
        Map<Long, List<Integer>> model = new HashMap<>();
        for (int slot = 0; slot < keys.length; slot++) {
            keys[slot] = slot % 3 == 0 ? (long) random.nextInt(200) << Integer.SIZE : random.nextLong();
            model.computeIfAbsent(keys[slot], k -> new ArrayList<>()).add(0, slot);
        }
        BuiltInPartition partition = new BuiltInPartition(entries % 2 == 0 ? entries : 0); // with room, or growing
        FingerprintHeads heads = new FingerprintHeads();
        for (int from = FingerprintHeads.lastPart(entries); from >= 0; from -= FingerprintHeads.CAPACITY) {
            heads.clear();
            for (int slot = from; slot < Math.min(entries, from + FingerprintHeads.CAPACITY); slot++) {
                heads.add(slot, 0, keys[slot]);
            }
            partition.addBelow(heads);
        }
        assertThat(partition.entries()).isEqualTo(entries);
        partition.filled();
        for (int slot = entries; slot < keys.length; slot++) {
            partition.add(keys[slot], slot);
            partition.add(keys[slot / 2], slot / 2); // is there
        }
        assertThat(partition.entries()).isEqualTo(keys.length);
        model.forEach((key, slots) -> assertThat(slots(partition, key)).isEqualTo(slots));
        partition.close();
    }

    private static List<Integer> slots(Partition partition, long key) {
        List<Integer> slots = new ArrayList<>();
        for (int slot = partition.slot(key, 0); slot != Partition.NONE; slot = partition.slot(key, slots.size())) {
            slots.add(slot);
        }
        return slots;
    }

    @Test
    void sizesAndAllocationPerEntry() throws IOException {
        for (int entries : new int[] {2_000, 30_000, 32_768, 60_000, 100_000, 260_000}) {
            BuiltInPartition builtIn = new BuiltInPartition(entries);
            ChronicleMapPartition chronicle = ChronicleMapPartition.create(file(entries + ".cmap"), entries);
            Random random = new Random(1);
            for (int slot = 0; slot < entries; slot++) {
                long key = random.nextLong();
                builtIn.add(key, slot);
                chronicle.add(key, slot);
            }
            double builtInBytes = (double) builtIn.memoryBytes() / entries;
            double chronicleBytes = (double) file(entries + ".cmap").length() / entries;
            double builtInAllocated = allocatedPerLookup(builtIn, entries);
            double chronicleAllocated = allocatedPerLookup(chronicle, entries);
            System.out.printf(
                    "partition of %,d: built-in %.1f B an entry, Chronicle Map %.1f; allocated per lookup %.2f and %.2f%n",
                    entries, builtInBytes, chronicleBytes, builtInAllocated, chronicleAllocated);
            assertThat(builtInBytes).isLessThan(11);
            assertThat(chronicleBytes).isLessThan(30);
            assertThat(builtInAllocated).isLessThan(1);
            assertThat(chronicleAllocated).isLessThan(1);
            builtIn.close();
            chronicle.close();
        }
    }

    private static double allocatedPerLookup(Partition partition, int entries) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        int lookups = 50_000;
        for (int round = 0; round < 2; round++) {
            Random random = new Random(1);
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < lookups; i++) {
                long key = random.nextLong();
                int slot = partition.slot(key, 0);
                if (i < entries && slot != i && partition.slot(key, 1) != i) {
                    throw new AssertionError("slot: actual=" + slot + " expected=" + i);
                }
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return (double) allocated / lookups;
    }
}
