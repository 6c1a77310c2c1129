package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.NotFoundException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads of maps and counts while they are changed: each is of one moment, whether it took the lock or not. */
class MetadataReaderTest {
    private static final int IMAGE = 1;
    private static final int RUN = 64;
    private static final int RUNS = 20;

    private StoreFixture store;
    private MetadataReader reader;

    @BeforeEach
    void create() throws IOException {
        store = StoreFixture.create(new MemoryDirectory(), new SpaceLimit("memory", Long.MAX_VALUE));
        store.blocks(RUN * RUNS);
        store.image("image");
        reader = new MetadataReader(store.parts.metadata(), store.parts.locks());
        map(0);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static long block(int slot) {
        return BlockAddress.of(1, slot);
    }

    /** Maps the image's first blocks to a run of blocks. */
    private void map(int run) throws IOException {
        Lock lock = store.parts.locks().metadataExclusive();
        lock.lock();
        try {
            store.parts.metadata().maps().map(IMAGE, 0, block(run * RUN), RUN);
        } finally {
            lock.unlock();
        }
    }

    @Test
    void whatIsReadIsOfOneMoment() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> reads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                reads.add(readers.submit(() -> readUntil(stop)));
            }
            try {
                long end = System.nanoTime() + 1_500_000_000L;
                for (int i = 0; System.nanoTime() < end; i++) {
                    map(i % RUNS);
                }
            } finally {
                stop.set(true);
            }
            for (Future<Long> each : reads) {
                assertThat(each.get()).isGreaterThan(1000);
            }
        } finally {
            readers.shutdownNow();
        }
    }

    private long readUntil(AtomicBoolean stop) throws IOException {
        long[] addresses = new long[RUN];
        long reads = 0;
        for (; !stop.get(); reads++) {
            reader.readAddresses(IMAGE, 0, RUN, addresses);
            for (int i = 1; i < RUN; i++) {
                assertThat(addresses[i]).isEqualTo(addresses[0] + i);
            }
            assertThat(reader.referenceCount(addresses[0])).isBetween(0L, 1L);
        }
        return reads;
    }

    @Test
    void whileSomebodyChangesSomethingReadersWaitForTheEnd() throws Exception {
        Lock lock = store.parts.locks().metadataExclusive();
        ExecutorService other = Executors.newSingleThreadExecutor();
        lock.lock();
        Future<Long> read;
        try {
            store.parts.metadata().maps().map(IMAGE, 0, block(RUN), 1);
            read = other.submit(() -> {
                long[] address = new long[1];
                reader.readAddresses(IMAGE, 0, 1, address);
                return address[0];
            });
            Thread.sleep(100);
            assertThat(read.isDone()).as("half of the change is not seen").isFalse();
            store.parts.metadata().maps().map(IMAGE, 0, block(2 * RUN), 1);
        } finally {
            lock.unlock();
            other.shutdown();
        }
        assertThat(read.get()).isEqualTo(block(2 * RUN));
    }

    @Test
    void anImageThatIsGoneIsNotFound() {
        assertThatThrownBy(() -> reader.readAddresses(IMAGE + 1, 0, 1, new long[1]))
                .isInstanceOf(NotFoundException.class);
    }
}
