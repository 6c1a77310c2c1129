package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random changes of maps, clones and outside references, compared with plain Java maps, across checkpoints. */
class MetadataModelTest {
    private static final int GROUPS = 6;
    private static final int SLOTS = 3000;

    private final Map<Integer, TreeMap<Long, Long>> images = new HashMap<>();
    private final Map<Long, Long> externals = new HashMap<>();
    private MetadataFixture fixture;
    private Random random;
    private long blocksTouched;
    private double tightest;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void equalsPlainMaps(long seed) throws IOException {
        random = new Random(seed);
        try (MetadataFixture opened = MetadataFixture.create(new MemoryDirectory())) {
            fixture = opened;
            for (int group = 1; group <= GROUPS; group++) {
                fixture.store.groups().open(group, group - 1);
            }
            for (int step = 0; step < 3000; step++) {
                change();
                if (random.nextInt(40) == 0) {
                    fixture.checkpoint();
                }
                if (random.nextInt(200) == 0) {
                    fixture.checkpoint();
                    fixture.reopen();
                }
                if (step % 150 == 149) {
                    check("seed " + seed + " step " + step);
                }
            }
            emptyAll();
        }
        System.out.println("seed " + seed + ": " + blocksTouched + " blocks mapped or unmapped, at most " + tightest
                + " of demand taken");
    }

    private void change() throws IOException {
        int kind = random.nextInt(100);
        if (images.isEmpty() || kind < 4 && images.size() < 12) {
            int id = fixture.image("image " + random.nextLong());
            images.put(id, new TreeMap<>());
        } else if (kind < 8 && images.size() < 12) {
            clone(anyImage());
        } else if (kind < 10) {
            int id = anyImage();
            fixture.delete(id, 1 + random.nextInt(20));
            images.remove(id);
        } else if (kind < 25) {
            changeExternal();
        } else if (kind < 35) {
            unmap(anyImage());
        } else if (kind < 45) {
            unmapSeveral(anyImage());
        } else if (kind < 75) {
            mapRun(anyImage());
        } else {
            mapEach(anyImage());
        }
    }

    private void clone(int from) throws IOException {
        int id = fixture.image("clone " + random.nextLong());
        fixture.store.maps().share(from, id);
        images.put(id, new TreeMap<>(images.get(from)));
    }

    private int anyImage() {
        List<Integer> ids = new ArrayList<>(images.keySet());
        return ids.get(random.nextInt(ids.size()));
    }

    /** Mostly near the start, some far out, so that trees of several heights come up. */
    private long anyBlock() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return (random.nextLong() & ImageMap.MAX_BLOCKS - 1) * 3 / 4;
        }
        return kind < 4 ? 300_000 + random.nextInt(400_000) : random.nextInt(8_000);
    }

    private long anyAddress(int room) {
        return BlockAddress.of(1 + random.nextInt(GROUPS), random.nextInt(SLOTS - room));
    }

    private void changeExternal() throws IOException {
        long address = anyAddress(1);
        long held = externals.getOrDefault(address, 0L);
        int delta = held > 0 && random.nextBoolean() ? -1 - random.nextInt((int) held) : 1 + random.nextInt(3);
        fixture.store.references().addExternal(address, delta);
        externals.put(address, held + delta);
        blocksTouched++;
    }

    private void unmap(int id) throws IOException {
        long first = anyBlock();
        long count = random.nextInt(4) == 0 ? random.nextInt(500_000) : random.nextInt(2_000);
        if (random.nextInt(50) == 0) {
            first = 0;
            count = ImageMap.MAX_BLOCKS;
        }
        long demand = fixture.store.maps().pagesToUnmap(id, first, count);
        long ready = reserve(demand);
        fixture.store.maps().unmap(id, first, count);
        checkDemand(demand, ready);
        NavigableMap<Long, Long> range = images.get(id).subMap(first, true, first + count, false);
        blocksTouched += range.size();
        range.clear();
    }

    private void unmapSeveral(int id) throws IOException {
        int count = 1 + random.nextInt(40);
        long[] ranges = new long[2 * count];
        long at = anyBlock();
        for (int i = 0; i < ranges.length; i++) {
            ranges[i] = at;
            at += 1 + random.nextInt(random.nextInt(10) == 0 ? 3_000 : 20);
        }
        long demand = fixture.store.maps().pagesToUnmap(id, ranges, count);
        long ready = reserve(demand);
        fixture.store.maps().unmap(id, ranges, count);
        checkDemand(demand, ready);
        for (int i = 0; i < ranges.length; i += 2) {
            NavigableMap<Long, Long> range = images.get(id).subMap(ranges[i], true, ranges[i + 1], false);
            blocksTouched += range.size();
            range.clear();
        }
    }

    private void mapRun(int id) throws IOException {
        long first = anyBlock();
        int count = 1 + random.nextInt(random.nextBoolean() ? 20 : 1500);
        long address = anyAddress(count);
        long demand = fixture.store.maps().pagesToMap(id, first, address, count);
        long ready = reserve(demand);
        fixture.store.maps().map(id, first, address, count);
        checkDemand(demand, ready);
        for (int i = 0; i < count; i++) {
            images.get(id).put(first + i, address + i);
        }
        blocksTouched += count;
    }

    private void mapEach(int id) throws IOException {
        long first = anyBlock();
        int count = 1 + random.nextInt(200);
        long[] addresses = new long[count + 3];
        for (int i = 0; i < count; i++) {
            addresses[i + 3] = random.nextInt(10) == 0 ? 0 : anyAddress(1);
        }
        long demand = fixture.store.maps().pagesToMap(id, first, addresses, 3, count);
        long ready = reserve(demand);
        fixture.store.maps().map(id, first, addresses, 3, count);
        checkDemand(demand, ready);
        for (int i = 0; i < count; i++) {
            if (addresses[i + 3] == 0) {
                images.get(id).remove(first + i);
            } else {
                images.get(id).put(first + i, addresses[i + 3]);
            }
        }
        blocksTouched += count;
    }

    private long reserve(long demand) throws IOException {
        fixture.store.pages().reserve(demand);
        return fixture.store.pages().freeSpace().readyPages();
    }

    private void checkDemand(long demand, long ready) {
        long taken = ready - fixture.store.pages().freeSpace().readyPages();
        assertThat(taken).as("pages taken").isLessThanOrEqualTo(demand);
        assertThat(fixture.store.pages().freeSpace().readyPages()).isNotNegative();
        tightest = Math.max(tightest, (double) taken / demand);
    }

    private void check(String when) throws IOException {
        assertThat(fixture.problems(random.nextBoolean() ? Long.MAX_VALUE : 20_000))
                .as(when)
                .isEmpty();
        Map<Long, Integer> references = new HashMap<>();
        for (Map.Entry<Integer, TreeMap<Long, Long>> image : images.entrySet()) {
            checkImage(when, image.getKey(), image.getValue());
            image.getValue().values().forEach(address -> references.merge(address, 1, Integer::sum));
        }
        for (int group = 1; group <= GROUPS; group++) {
            for (int slot = 0; slot < SLOTS; slot++) {
                long address = BlockAddress.of(group, slot);
                long external = externals.getOrDefault(address, 0L);
                long count = fixture.store.references().count(address);
                int mapped = references.getOrDefault(address, 0);
                assertThat(fixture.store.references().external(address)).isEqualTo(external);
                // Pages shared by clones count once.
                assertThat(count)
                        .as("%s block %d:%d", when, group, slot)
                        .isBetween(external + Math.min(mapped, 1), external + mapped);
            }
        }
    }

    private void checkImage(String when, int id, TreeMap<Long, Long> expected) throws IOException {
        ImageMap maps = fixture.store.maps();
        assertThat(fixture.store.catalogue().get(id).mappedBlocks()).isEqualTo(expected.size());
        TreeMap<Long, Long> actual = new TreeMap<>();
        maps.forEachLeaf(id, 0, ImageMap.MAX_BLOCKS, (first, addresses, count, shared) -> {
            for (int i = 0; i < count; i++) {
                if (addresses[i] != 0) {
                    actual.put(first + i, addresses[i]);
                }
            }
            return true;
        });
        assertThat(actual).as("%s image %d", when, id).isEqualTo(expected);
        long at = anyBlock();
        long[] read = new long[3000];
        maps.read(id, at, read, 0, read.length);
        for (int i = 0; i < read.length; i++) {
            assertThat(read[i]).isEqualTo(expected.getOrDefault(at + i, 0L));
        }
        assertThat(maps.get(id, at)).isEqualTo(read[0]);
        Long next = expected.ceilingKey(at);
        assertThat(maps.nextMapped(id, at, ImageMap.MAX_BLOCKS)).isEqualTo(next == null ? ImageMap.MAX_BLOCKS : next);
        long hole = at;
        while (expected.containsKey(hole)) {
            hole++;
        }
        assertThat(maps.nextHole(id, at, ImageMap.MAX_BLOCKS)).isEqualTo(hole);
    }

    /** Without images and references nothing but the directory, the bitmap and the header is left. */
    private void emptyAll() throws IOException {
        for (int id : images.keySet()) {
            fixture.delete(id, 7);
        }
        for (Map.Entry<Long, Long> held : externals.entrySet()) {
            if (held.getValue() > 0) {
                fixture.store.references().addExternal(held.getKey(), (int) -held.getValue());
            }
        }
        fixture.assertSound();
        fixture.checkpoint();
        fixture.assertSound();
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(3);
        fixture.checkpoint(); // what only the one before needs is not given back before that
        fixture.store.trim();
        assertThat(fixture.store.statistics().fileBytes()).isLessThan(64 * 4096);
        for (int group = 1; group <= GROUPS; group++) {
            assertThat(fixture.store.groups().get(group).liveBytes()).isZero();
            fixture.store.groups().free(group);
        }
        assertThat(fixture.store.groups().highestGroup()).isZero();
        fixture.checkpoint();
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(2);
        fixture.reopen();
        fixture.assertSound();
    }
}
