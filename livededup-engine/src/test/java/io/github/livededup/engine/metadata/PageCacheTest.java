package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PageCacheTest {
    private static Page page(long number) {
        return new Page(new byte[4096], number, TreeShape.COUNTS, 0, 0);
    }

    @Test
    void cleanPagesStayWithinTheBudget() {
        PageCache cache = new PageCache(100);
        for (long number = 1; number <= 1000; number++) {
            cache.addClean(page(number));
        }
        assertThat(cache.cleanCount()).isEqualTo(100);
        assertThat(cache.find(1000)).isNotNull();
        assertThat(cache.find(1)).isNull();
    }

    @Test
    void pagesInUseStay() {
        PageCache cache = new PageCache(100);
        for (long number = 1; number <= 1000; number++) {
            cache.addClean(page(number));
            assertThat(cache.find(1)).as("after page %d", number).isNotNull();
        }
    }

    @Test
    void dirtyPagesStayUntilSettled() {
        PageCache cache = new PageCache(100);
        for (long number = 1; number <= 1000; number++) {
            cache.addDirty(page(number));
        }
        assertThat(cache.dirtyCount()).isEqualTo(1000);
        for (long number = 1; number <= 1000; number++) {
            assertThat(cache.find(number)).isNotNull();
        }
        assertThat(cache.dirtyPages()).extracting(Page::number).isSorted().hasSize(1000);
        SparePages spare = new SparePages();
        spare.limit(1000, 30);
        cache.settle(spare);
        assertThat(cache.dirtyCount()).isZero();
        assertThat(cache.cleanCount()).isEqualTo(100);
        assertThat(spare.size()).as("of the 900 that gave way").isEqualTo(30);
    }

    @Test
    void removedPagesAreGone() {
        PageCache cache = new PageCache(100);
        List<Page> pages = new ArrayList<>();
        for (long number = 1; number <= 50; number++) {
            pages.add(page(number));
            cache.addClean(pages.get(pages.size() - 1));
            pages.add(page(1000 + number));
            cache.addDirty(pages.get(pages.size() - 1));
        }
        for (Page page : pages) {
            cache.remove(page);
            assertThat(cache.find(page.number())).isNull();
            assertThat(page.dirty).isFalse();
        }
        assertThat(cache.cleanCount() + cache.dirtyCount()).isZero();
    }

    @Test
    void manyReadersWithASmallCache() throws IOException, InterruptedException, ExecutionException {
        int blocks = 200_000;
        try (MetadataFixture fixture = MetadataFixture.create(new MemoryDirectory())) {
            fixture.store.groups().open(1, 0);
            int image = fixture.image("image");
            fixture.store.maps().map(image, 0, BlockAddress.of(1, 0), blocks);
            fixture.checkpoint();
            fixture.cacheBytes = 0;
            fixture.reopen();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Random random = new Random(51 + thread);
                results.add(threads.submit(() -> {
                    int wrong = 0;
                    for (int i = 0; i < 30_000; i++) {
                        int block = random.nextInt(blocks);
                        wrong += fixture.store.maps().get(image, block) == BlockAddress.of(1, block) ? 0 : 1;
                    }
                    return wrong;
                }));
            }
            for (Future<Integer> result : results) {
                assertThat(result.get()).isZero();
            }
            threads.shutdown();
            assertThat(fixture.store.statistics().cachedPages()).isEqualTo(64);
        }
    }
}
