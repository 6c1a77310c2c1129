package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of images that share map pages, have the same blocks many times, and are taken from one another, with
 * everything compared after each phase: contents, references, and what deleting says it would free and frees.
 */
class SnapshotHistoryTest extends EngineCase {
    private static final int PHASES = Integer.getInteger("livededup.test.phases", 8);
    private static final int STEPS = 60;
    /** Few contents, so that blocks are duplicates more often than not. */
    private static final int SEEDS = 300;
    /** Two far parts of a few map pages each, so that maps are of several levels. */
    private static final long[] PARTS = {0, 508L * 508 - 700};

    private static final int PART_BLOCKS = 2200;
    private static final long SIZE = (PARTS[1] + PART_BLOCKS) * BLOCK;

    private final TreeMap<String, Model> images = new TreeMap<>();
    private final Map<Long, Long> held = new HashMap<>();
    private Random random = new Random();
    private int named;

    /** What an image should hold: the seeds of its blocks. */
    private static final class Model {
        final TreeMap<Long, Long> blocks = new TreeMap<>();
        boolean isSnapshot;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everythingIsAsItShouldBe(int run) throws IOException {
        long seed = Seeds.seed();
        random = new Random(seed + run);
        try {
            Volume volume = create();
            try {
                for (int phase = 0; phase < PHASES; phase++) {
                    for (int i = 0; i < STEPS; i++) {
                        step(volume);
                    }
                    compare(volume);
                    if (phase % 3 == 0) {
                        volume.commit();
                        examineCrash();
                    } else if (phase % 3 == 1) {
                        volume.close();
                        volume = open();
                    }
                }
                deleteAll(volume);
            } finally {
                volume.close();
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", run " + run + ": " + e.getMessage(), e);
        }
    }

    private void step(Volume volume) throws IOException {
        int what = random.nextInt(20);
        if (images.isEmpty() || (what == 0 && images.size() < 12)) {
            String name = newName();
            volume.images().create(name, SIZE).close();
            images.put(name, new Model());
        } else if (what < 4 && images.size() < 14) {
            copy(volume, pick(), random.nextBoolean());
        } else if (what < 6) {
            delete(volume, pick());
        } else if (what == 6) {
            String name = pick();
            String newName = newName();
            volume.images().rename(name, newName);
            images.put(newName, images.remove(name));
        } else if (what == 7) {
            changeHeld(volume);
        } else {
            change(volume, pick());
        }
    }

    private String newName() {
        return "image-" + named++;
    }

    private String pick() {
        List<String> names = new ArrayList<>(images.keySet());
        return names.get(random.nextInt(names.size()));
    }

    private void copy(Volume volume, String name, boolean snapshot) throws IOException {
        String newName = newName();
        ImageInfo info = snapshot
                ? volume.images().snapshot(name, newName)
                : volume.images().clone(name, newName);
        Model copy = new Model();
        copy.blocks.putAll(images.get(name).blocks);
        copy.isSnapshot = snapshot;
        images.put(newName, copy);
        assertThat(info.mappedBlocks()).isEqualTo(copy.blocks.size());
        assertThat(info.origin()).contains(name);
    }

    private void delete(Volume volume, String name) throws IOException {
        long exclusive = volume.images().exclusiveBytes(name);
        assertThat(volume.images().statistics(name).exclusiveBytes()).isEqualTo(exclusive);
        long before = volume.statistics().storedBytes();
        assertThat(volume.images().delete(name)).isEqualTo(exclusive);
        assertThat(before - volume.statistics().storedBytes()).isEqualTo(exclusive);
        images.remove(name);
        assertUniqueBlocks(volume);
    }

    private void changeHeld(Volume volume) throws IOException {
        long seed = 1 + random.nextInt(SEEDS);
        Long address = held.remove(seed);
        if (address != null) {
            volume.blocks().release(address);
        } else {
            held.put(
                    seed,
                    volume.blocks()
                            .put(ByteBuffer.wrap(TestData.block(BLOCK, seed)))
                            .address());
        }
    }

    private void change(Volume volume, String name) throws IOException {
        Model model = images.get(name);
        if (model.isSnapshot) {
            return;
        }
        long first = PARTS[random.nextInt(2)] + random.nextInt(PART_BLOCKS);
        int most = random.nextInt(4) == 0 ? PART_BLOCKS : 20;
        int count = (int) Math.min(1 + random.nextInt(most), SIZE / BLOCK - first);
        try (Image image = volume.images().open(name)) {
            if (random.nextInt(4) == 0) {
                image.discard(first * BLOCK, (long) count * BLOCK);
                model.blocks.subMap(first, first + count).clear();
            } else if (random.nextInt(12) == 0) {
                image.resize(first * BLOCK);
                model.blocks.tailMap(first).clear();
                image.resize(SIZE);
            } else {
                long[] seeds = random.longs(count, 1, SEEDS).toArray();
                image.write(ByteBuffer.wrap(TestData.blocks(BLOCK, seeds)), first * BLOCK);
                for (int i = 0; i < count; i++) {
                    model.blocks.put(first + i, seeds[i]);
                }
            }
        }
    }

    private void compare(Volume volume) throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.METADATA)).problems())
                .isEmpty();
        assertUniqueBlocks(volume);
        assertThat(names(volume)).containsExactlyElementsOf(images.keySet());
        for (Map.Entry<String, Model> entry : images.entrySet()) {
            TreeMap<Long, Long> blocks = entry.getValue().blocks;
            ImageInfo info = volume.images().info(entry.getKey());
            assertThat(info.mappedBlocks()).isEqualTo(blocks.size());
            assertThat(info.isSnapshot()).isEqualTo(entry.getValue().isSnapshot);
            try (Image image = volume.images().openReadOnly(entry.getKey())) {
                long data = image.extents(0, SIZE).stream()
                        .filter(Extent::isData)
                        .mapToLong(Extent::lengthBytes)
                        .sum();
                assertThat(data).isEqualTo((long) blocks.size() * BLOCK);
                for (Map.Entry<Long, Long> block : blocks.entrySet()) {
                    if (random.nextInt(3) == 0) {
                        assertThat(TestData.read(image, block.getKey() * BLOCK, BLOCK))
                                .isEqualTo(TestData.block(BLOCK, block.getValue()));
                    }
                }
            }
        }
    }

    private void assertUniqueBlocks(Volume volume) throws IOException {
        List<Long> seeds = new ArrayList<>(held.keySet());
        images.values().forEach(image -> seeds.addAll(image.blocks.values()));
        assertThat(volume.statistics().uniqueBlocks())
                .isEqualTo(seeds.stream().distinct().count());
    }

    private void examineCrash() throws IOException {
        Path copy = temporary.resolve("crashed");
        FileTree.copy(directory, copy);
        try (Volume crashed = LiveDedup.open(copy, OPTIONS)) {
            compare(crashed);
        }
        FileTree.delete(copy);
    }

    private void deleteAll(Volume volume) throws IOException {
        while (!images.isEmpty()) {
            delete(volume, pick());
        }
        for (long address : held.values()) {
            volume.blocks().release(address);
        }
        held.clear();
        compare(volume);
        assertUsable(volume);
    }
}
