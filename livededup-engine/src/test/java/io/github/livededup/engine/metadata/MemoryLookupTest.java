package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is looked up without a lock is what is read under it, or is not told. */
class MemoryLookupTest {
    private static final long LEAST_NANOS = 2_000_000_000L;
    private static final long MOST_NANOS = 60_000_000_000L;
    private static final int ROUNDS_TO_PAUSE = 16;
    private static final long PAUSE_NANOS = 50_000;

    private static final int PER_LEAF = 508;

    private MetadataFixture fixture;
    private int image;

    @BeforeEach
    void create() throws IOException {
        fixture = MetadataFixture.create(new MemoryDirectory());
        fixture.store.groups().open(1, 0);
        image = fixture.image("image");
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private static long block(int slot) {
        return BlockAddress.of(1, slot);
    }

    private MemoryLookup memory() {
        return fixture.store.memory();
    }

    private void assertAsRead(int id, long firstBlock, int count) throws IOException {
        long[] read = new long[count];
        fixture.store.maps().read(id, firstBlock, read, 0, count);
        long[] found = new long[count];
        Arrays.fill(found, -7);
        assertThat(memory().addresses(id, firstBlock, found, count)).isTrue();
        assertThat(found).isEqualTo(read);
    }

    @Test
    void findsWhatIsMapped() throws IOException {
        assertAsRead(image, 0, 10);
        fixture.store.maps().map(image, PER_LEAF - 5, block(0), 20);
        assertAsRead(image, 0, 3 * PER_LEAF);
        fixture.store.maps().map(image, 1L << 40, block(100), 3);
        assertAsRead(image, (1L << 40) - 4, 10);
        assertAsRead(image, PER_LEAF - 10, 30);
        assertAsRead(image, ImageMap.MAX_BLOCKS - 64, 64);
        fixture.store.maps().unmap(image, PER_LEAF, 2);
        assertAsRead(image, 0, 3 * PER_LEAF);
    }

    @Test
    void tellsNothingOfImagesThatAreNotThere() throws IOException {
        assertThat(memory().addresses(image + 1, 0, new long[1], 1)).isFalse();
        assertThat(memory().addresses(1_000_000, 0, new long[1], 1)).isFalse();
        fixture.store.maps().map(image, 0, block(0), 1);
        fixture.delete(image, 1);
        assertThat(memory().addresses(image, 0, new long[1], 1)).isFalse();
    }

    @Test
    void countsAsCounted() throws IOException {
        fixture.store.maps().map(image, 0, block(0), 5);
        fixture.store.maps().map(image, 10, block(0), 3);
        fixture.store.references().addExternal(block(1), 7);
        for (int slot : new int[] {0, 1, 4, 5, 5000}) {
            assertThat(memory().count(block(slot)))
                    .isEqualTo(fixture.store.references().count(block(slot)));
        }
        assertThat(memory().count(block(1))).isEqualTo(9);
        assertThat(memory().count(BlockAddress.of(2, 0))).as("no such group").isZero();
        assertThat(memory().count(BlockAddress.of(1_000_000, 0)))
                .as("no such group")
                .isZero();
    }

    @Test
    void loadsNothing() throws IOException {
        fixture.store.maps().map(image, 0, block(0), 3);
        fixture.store.maps().map(image, 600L * PER_LEAF, block(0), 3);
        fixture.checkpoint();
        fixture.reopen();
        long[] into = new long[3];
        assertThat(memory().addresses(image, 0, into, 3)).isFalse();
        assertThat(memory().count(block(0))).isEqualTo(MemoryLookup.UNKNOWN);
        long pages = fixture.store.statistics().cachedPages();
        fixture.store.maps().read(image, 0, into, 0, 3);
        fixture.store.references().count(block(0));
        assertThat(fixture.store.statistics().cachedPages())
                .as("now it is in memory")
                .isGreaterThan(pages);
        assertAsRead(image, 0, 3);
        assertThat(memory().count(block(0))).isEqualTo(2);
        assertThat(memory().addresses(image, 600L * PER_LEAF, into, 3))
                .as("the other leaf")
                .isFalse();
    }

    /**
     * One thread changes 64 blocks at a time to consecutive addresses, and takes checkpoints, snapshots and deletions, all of which
     * move pages and use their memory again; others look meanwhile. What they find while the version stays the same is one of those states; whatever they
     * find, they come back.
     */
    @Test
    void whoeverLooksWhileThingsChangeComesBackAndFindsOneStateOrKnowsThatItIsVoid() throws Exception {
        AtomicLong version = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLongArray believed = new AtomicLongArray(2);
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> looking = List.of(
                    readers.submit(() -> look(version, stop, believed, 0)),
                    readers.submit(() -> look(version, stop, believed, 1)));
            long start = System.nanoTime();
            Random random = new Random(5);
            int rounds = 0;
            try {
                // On a busy machine a reader may have a processor only when the writer has none, and then no look is
                // undisturbed.
                while (System.nanoTime() - start < LEAST_NANOS
                        || (believed.get(0) == 0 || believed.get(1) == 0) && System.nanoTime() - start < MOST_NANOS) {
                    version.incrementAndGet();
                    change(random, rounds);
                    version.incrementAndGet();
                    if (++rounds % ROUNDS_TO_PAUSE == 0) {
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                }
            } finally {
                stop.set(true);
            }
            assertThat(rounds).isGreaterThan(100);
            for (Future<?> each : looking) {
                each.get();
            }
            assertThat(List.of(believed.get(0), believed.get(1)))
                    .as("looks that were believed")
                    .doesNotContain(0L);
        } finally {
            readers.shutdownNow();
        }
    }

    private void change(Random random, int round) throws IOException {
        for (long at : new long[] {0, PER_LEAF - 32, 600L * PER_LEAF}) {
            fixture.store.maps().map(image, at, block(64 * random.nextInt(100)), 64);
        }
        switch (round % 7) {
            case 0 -> fixture.checkpoint();
            case 2 -> fixture.store.maps().share(image, fixture.image("clone " + round));
            case 4 -> fixture.delete(fixture.store.catalogue().find("clone " + (round - 2)), 1000);
            default -> fixture.store.maps().unmap(image, 10_000, 3);
        }
    }

    /** Looks until it is told to stop, and counts the looks that were believed. */
    private void look(AtomicLong version, AtomicBoolean stop, AtomicLongArray believed, int reader) {
        long[] into = new long[64];
        Random random = new Random(1 + reader);
        long[] places = {0, PER_LEAF - 32, 600L * PER_LEAF};
        while (!stop.get()) {
            long before = version.get();
            long at = places[random.nextInt(3)];
            boolean found = memory().addresses(image, at, into, 64);
            long count = memory().count(block(random.nextInt(6400)));
            VarHandle.acquireFence();
            if (before > 0 && (before & 1) == 0 && version.get() == before) {
                believed.incrementAndGet(reader);
                assertThat(count).isBetween(MemoryLookup.UNKNOWN, 6L);
                for (int i = 1; found && i < 64; i++) {
                    assertThat(into[i]).as("%d + %d of %d", at, i, before).isEqualTo(into[0] + i);
                }
            }
        }
    }
}
