package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a power failure leaves of the writes since the last force, the last durable checkpoint is whole. */
class CheckpointCrashTest {
    private static final int IMAGES = 4;
    private static final int BLOCKS = 6000;
    private static final int CRASHES = 6;

    /** What the images of a checkpoint map. */
    private record State(MetadataRoots roots, long[][] maps) {}

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void checkpointSurvivesAnyCrash(long seed) throws IOException {
        Random random = new Random(seed);
        RecordingDirectory directory = new RecordingDirectory();
        MetadataFixture fixture = MetadataFixture.create(directory);
        long[][] maps = new long[IMAGES + 1][BLOCKS];
        for (int group = 1; group <= 3; group++) {
            fixture.store.groups().open(group, group);
        }
        for (int id = 1; id <= IMAGES; id++) {
            fixture.image("image " + id);
        }
        State before = new State(fixture.checkpoint(), copy(maps));
        for (int round = 0; round < 40; round++) {
            for (int i = random.nextInt(30); i >= 0; i--) {
                change(fixture, maps, random);
            }
            crashes(directory, before, random, "seed " + seed + " round " + round + " before the checkpoint");
            MetadataRoots roots = fixture.store.checkpoint();
            State after = new State(roots, copy(maps));
            // The file is forced, the superblock may or may not be durable.
            assertThat(directory.unforcedChanges()).isZero();
            check(directory.kill(), before, "seed " + seed + " round " + round + " old roots");
            check(directory.kill(), after, "seed " + seed + " round " + round + " new roots");
            fixture.store.checkpointDone();
            if (random.nextInt(5) == 0) {
                fixture.store.trim();
            }
            crashes(directory, after, random, "seed " + seed + " round " + round + " after the checkpoint");
            before = after;
            if (random.nextInt(4) == 0) {
                // Go on from a crash: garbage lies in pages that are free.
                for (int i = random.nextInt(20); i >= 0; i--) {
                    change(fixture, maps, random);
                }
                if (random.nextBoolean()) {
                    fixture.store.checkpoint();
                }
                fixture.close();
                maps = copy(before.maps);
                directory = new RecordingDirectory(directory.crash(random));
                fixture = MetadataFixture.open(directory, before.roots, false);
                fixture.rememberLive(BLOCKS * 3);
            }
        }
        fixture.close();
    }

    private static void crashes(RecordingDirectory directory, State state, Random random, String when)
            throws IOException {
        for (int i = 0; i < CRASHES; i++) {
            check(directory.crash(random), state, when);
        }
        check(directory.kill(), state, when + ", killed");
    }

    private static void check(MemoryDirectory directory, State state, String when) throws IOException {
        try (MetadataFixture fixture = MetadataFixture.open(directory, state.roots, true)) {
            assertThat(fixture.problems()).as(when).isEmpty();
            long[] read = new long[BLOCKS];
            for (int id = 1; id <= IMAGES; id++) {
                fixture.store.maps().read(id, 0, read, 0, BLOCKS);
                assertThat(Arrays.equals(read, state.maps[id])).as(when).isTrue();
            }
        }
    }

    private static void change(MetadataFixture fixture, long[][] maps, Random random) throws IOException {
        int id = 1 + random.nextInt(IMAGES);
        int first = random.nextInt(BLOCKS - 1);
        int count = 1 + random.nextInt(Math.min(700, BLOCKS - first));
        int kind = random.nextInt(10);
        if (kind == 0) {
            int to = 1 + random.nextInt(IMAGES);
            if (to != id) {
                fixture.store.maps().unmap(to, 0, ImageMap.MAX_BLOCKS);
                fixture.store.maps().share(id, to);
                maps[to] = maps[id].clone();
            }
        } else if (kind < 3) {
            fixture.store.maps().unmap(id, first, count);
            Arrays.fill(maps[id], first, first + count, 0);
        } else {
            long address = BlockAddress.of(1 + random.nextInt(3), random.nextInt(BLOCKS));
            fixture.store.maps().map(id, first, address, count);
            for (int i = 0; i < count; i++) {
                maps[id][first + i] = address + i;
            }
        }
    }

    private static long[][] copy(long[][] maps) {
        return Arrays.stream(maps).map(long[]::clone).toArray(long[][]::new);
    }
}
