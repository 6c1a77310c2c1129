package io.github.livededup.engine.index;

import io.github.livededup.engine.format.FingerprintHeads;
import java.io.File;
import java.io.IOException;
import net.openhft.chronicle.core.values.IntValue;
import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.values.Values;

/**
 * A partition in a Chronicle Map, persisted in a file of about 21 bytes an entry. It is filled once, then only read. A
 * file must have been closed by {@link #close}, and be whole: Chronicle trusts what it maps.
 *
 * <p>A key that is taken moves on to the next number; a lookup goes the same way, until a number is free.
 */
final class ChronicleMapPartition implements Partition {
    /** With at most about this many entries, a segment's hash table has slots of 4 bytes; of 8 bytes with more. */
    private static final int SEGMENT_ENTRIES = 16_000;
    /** Room for the uneven spread of entries over segments, in standard deviations; Chronicle can add more on its own. */
    private static final int SPREAD = 4;

    /** Flyweights that lookups and additions of a thread use; no lookup goes on inside another. */
    private static final ThreadLocal<LongValue> KEY =
            ThreadLocal.withInitial(() -> Values.newHeapInstance(LongValue.class));

    private static final ThreadLocal<IntValue> SLOT =
            ThreadLocal.withInitial(() -> Values.newHeapInstance(IntValue.class));

    private final ChronicleMap<LongValue, IntValue> map;
    private final long fileBytes;

    private ChronicleMapPartition(ChronicleMap<LongValue, IntValue> map, long fileBytes) {
        this.map = map;
        this.fileBytes = fileBytes;
    }

    /**
     * Makes an empty partition.
     *
     * @param file its file, which must not exist
     * @param entries how many entries will be added at most
     * @return the partition
     * @throws IOException if the file cannot be made
     */
    static ChronicleMapPartition create(File file, int entries) throws IOException {
        ChronicleMap<LongValue, IntValue> map = builder(entries).createPersistedTo(file);
        return new ChronicleMapPartition(map, file.length());
    }

    /**
     * Opens a partition.
     *
     * @param file its file, whole and closed cleanly
     * @param entries what it was created with
     * @return the partition
     * @throws IOException if the file cannot be opened
     */
    static ChronicleMapPartition open(File file, int entries) throws IOException {
        return create(file, entries);
    }

    /** Makes a map in memory and forgets it: the first one in a JVM takes about a second. */
    static void warmUp() {
        try (ChronicleMap<LongValue, IntValue> map = builder(1).create()) {
            KEY.get().setValue(1);
            SLOT.get().setValue(1);
            map.put(KEY.get(), SLOT.get());
            map.getUsing(KEY.get(), SLOT.get());
        }
    }

    /** Adds slots. */
    void addAll(FingerprintHeads heads) {
        for (int i = 0; i < heads.count(); i++) {
            add(FingerprintKeys.key(heads, i), heads.slot(i));
        }
    }

    /**
     * Adds a slot, before lower ones of the same key.
     *
     * @param key its key
     * @param slot the slot
     */
    void add(long key, int slot) {
        LongValue at = KEY.get();
        IntValue value = SLOT.get();
        long number = key;
        int moving = slot;
        at.setValue(number);
        value.setValue(moving);
        while (map.putIfAbsent(at, value) != null) {
            IntValue there = map.getUsing(at, Values.newHeapInstance(IntValue.class));
            if (there != null && there.getValue() < moving) {
                map.put(at, value);
                moving = there.getValue();
            }
            at.setValue(++number);
            value.setValue(moving);
        }
    }

    @Override
    public int slot(long key, int attempt) {
        LongValue at = KEY.get();
        IntValue value = SLOT.get();
        at.setValue(key + attempt);
        return map.getUsing(at, value) == null ? NONE : value.getValue();
    }

    @Override
    public long memoryBytes() {
        return fileBytes;
    }

    @Override
    public void close() {
        map.close();
    }

    private static ChronicleMapBuilder<LongValue, IntValue> builder(int entries) {
        int atLeast = Math.max(1, entries);
        int fullSegments = (atLeast + SEGMENT_ENTRIES - 1) / SEGMENT_ENTRIES;
        int segments = Integer.highestOneBit(2 * fullSegments - 1); // the power of two that is not less
        double mean = (double) atLeast / segments;
        double perSegment = segments == 1 ? mean : mean + SPREAD * Math.sqrt(mean);
        return ChronicleMapBuilder.of(LongValue.class, IntValue.class)
                .name("livededup")
                .entries(atLeast)
                .actualSegments(segments)
                .entriesPerSegment((long) Math.ceil(perSegment))
                .putReturnsNull(true)
                .checksumEntries(false) // the whole file has a checksum
                .skipCloseOnExitHook(true); // the index closes its partitions
    }
}
