package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full disk refuses changes before they begin; everything else goes on. */
class MetadataFullTest {
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void refusedChangesLeaveNothing(long seed) throws IOException {
        Random random = new Random(seed);
        MemoryDirectory directory = new MemoryDirectory("full", Long.MAX_VALUE);
        try (MetadataFixture fixture = MetadataFixture.create(directory)) {
            fixture.store.groups().open(1, 0);
            int image = fixture.image("image");
            fixture.checkpoint();
            TreeMap<Long, Long> model = new TreeMap<>();
            int refused = 0;
            for (int step = 0; step < 600; step++) {
                // Room comes and goes.
                directory.limit(directory.allocatedBytes() + random.nextInt(16) * 4096L);
                long first = random.nextInt(300_000);
                long address = BlockAddress.of(1, random.nextInt(100_000));
                int count = 1 + random.nextInt(3000);
                try {
                    if (random.nextInt(8) == 0) {
                        fixture.checkpoint();
                    } else if (random.nextInt(4) == 0) {
                        fixture.store.maps().unmap(image, first, count);
                        model.subMap(first, first + count).clear();
                    } else {
                        fixture.store.maps().map(image, first, address, count);
                        for (int i = 0; i < count; i++) {
                            model.put(first + i, address + i);
                        }
                    }
                } catch (VolumeFullException e) {
                    refused++;
                }
                if (step % 50 == 0) {
                    check(fixture, image, model);
                }
            }
            assertThat(refused).isGreaterThan(15);
            directory.limit(Long.MAX_VALUE);
            fixture.checkpoint();
            fixture.reopen();
            check(fixture, image, model);
        }
    }

    private static void check(MetadataFixture fixture, int image, TreeMap<Long, Long> model) throws IOException {
        fixture.assertSound();
        TreeMap<Long, Long> actual = new TreeMap<>();
        fixture.store.maps().forEachLeaf(image, 0, ImageMap.MAX_BLOCKS, (first, addresses, count, shared) -> {
            for (int i = 0; i < count; i++) {
                if (addresses[i] != 0) {
                    actual.put(first + i, addresses[i]);
                }
            }
            return true;
        });
        assertThat(actual).isEqualTo(model);
    }

    @Test
    void reservedChangesDoNotFail() throws IOException {
        MemoryDirectory directory = new MemoryDirectory("full", Long.MAX_VALUE);
        try (MetadataFixture fixture = MetadataFixture.create(directory)) {
            fixture.store.groups().open(1, 0);
            int image = fixture.image("image");
            fixture.checkpoint();
            long pages = 0;
            for (int i = 0; i < 20; i++) {
                pages += fixture.store.maps().pagesToMap(image, i * 100_000L, BlockAddress.of(1, i * 500), 700);
            }
            fixture.store.reserve(pages);
            directory.limit(directory.allocatedBytes());
            for (int i = 0; i < 20; i++) {
                fixture.store.maps().map(image, i * 100_000L, BlockAddress.of(1, i * 500), 700);
            }
            fixture.checkpoint();
            fixture.assertSound();
        }
    }

    @Test
    void copiesOfSharedPagesAreReservedFor() throws IOException {
        MemoryDirectory directory = new MemoryDirectory("full", Long.MAX_VALUE);
        try (MetadataFixture fixture = MetadataFixture.create(directory)) {
            int image = fixture.image("image");
            long[] addresses = new long[300_000];
            for (int group = 1; group <= 100; group++) {
                fixture.store.groups().open(group, group);
            }
            // Each block's count is on another page, and each map page is shared.
            for (int i = 0; i < addresses.length; i++) {
                addresses[i] = BlockAddress.of(1 + i % 100, i / 100 % 5 * 1016);
            }
            fixture.store.maps().map(image, 0, addresses, 0, addresses.length);
            int clone = fixture.image("clone");
            fixture.store.maps().share(image, clone);
            fixture.checkpoint();
            long demand = fixture.store.maps().pagesToMap(clone, 0, addresses, 5, 1);
            fixture.store.reserveToFree(demand);
            FreeSpace space = fixture.store.pages().freeSpace();
            long ready = space.readyPages();
            fixture.store.maps().map(clone, 0, addresses, 5, 1);
            long taken = ready - space.readyPages();
            assertThat(taken).isGreaterThan(500).isLessThanOrEqualTo(demand);
            fixture.checkpoint();
            demand = fixture.store.maps().pagesToUnmap(image, 5, 100_000);
            fixture.store.reserveToFree(demand);
            ready = space.readyPages();
            fixture.store.maps().unmap(image, 5, 100_000);
            assertThat(ready - space.readyPages()).isGreaterThan(500).isLessThanOrEqualTo(demand);
            fixture.assertSound();
        }
    }

    @Test
    void fullDiskCanBeEmptied() throws IOException {
        MemoryDirectory directory = new MemoryDirectory("full", Long.MAX_VALUE);
        try (MetadataFixture fixture = MetadataFixture.create(directory)) {
            fixture.store.groups().open(1, 0);
            int image = fixture.image("image");
            fixture.checkpoint();
            directory.limit(3 << 20);
            assertThatThrownBy(() -> {
                        for (long block = 0; ; block += 500) {
                            int slot = (int) (block % 100_000);
                            long pages = fixture.store.maps().pagesToMap(image, block, BlockAddress.of(1, slot), 500);
                            fixture.store.reserve(pages);
                            fixture.store.maps().map(image, block, BlockAddress.of(1, slot), 500);
                        }
                    })
                    .isInstanceOf(VolumeFullException.class);
            fixture.checkpoint();
            fixture.assertSound();
            assertThat(fixture.store.catalogue().get(image).mappedBlocks()).isGreaterThan(100_000);
            long from = 0;
            while (from < ImageMap.MAX_BLOCKS) {
                long to = fixture.store.maps().endOfStep(image, from, ImageMap.MAX_BLOCKS, 4);
                fixture.store.reserveToFree(fixture.store.maps().pagesToUnmap(image, from, to - from));
                fixture.store.maps().unmap(image, from, to - from);
                fixture.checkpoint();
                from = to;
            }
            fixture.store.catalogue().remove(image);
            fixture.checkpoint();
            fixture.assertSound();
            assertThat(fixture.store.statistics().usedPages()).isEqualTo(3);
        }
    }

    @Test
    void guardIsAskedBeforeTheFileGrows() throws IOException {
        MemoryDirectory directory = new MemoryDirectory();
        long[] left = {1 << 20};
        SpaceGuard guard = bytes -> {
            if (bytes > left[0]) {
                throw new VolumeFullException("volume", "size: actual=full expected=less");
            }
            left[0] -= bytes;
        };
        MetadataSettings settings = new MetadataSettings(
                MetadataFixture.VOLUME, MetadataFixture.ENTRY_BYTES, 0, false, LivenessListener.NONE, guard);
        try (MetadataStore store = MetadataStore.create(directory, settings)) {
            assertThatThrownBy(() -> store.reserve(400)).isInstanceOf(VolumeFullException.class);
            store.reserve(20);
            assertThat(directory.allocatedBytes()).isEqualTo((1 << 20) - left[0]);
        }
    }
}
