package io.github.livededup.jmh.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is alive is counted, what a thread drops meanwhile is not. */
class HeapAfterCollectionTest {
    private static final int MIB = 1 << 20;

    private volatile byte[] last = new byte[0];

    @Test
    void whatIsKeptIsCounted() {
        double before = HeapAfterCollection.collect();
        byte[] kept = new byte[32 * MIB];
        double after = HeapAfterCollection.collect();
        assertThat(after - before).as("MiB more").isBetween(30.0, 36.0);
        assertThat(kept).hasSize(32 * MIB);
    }

    @Test
    void whatIsDroppedMeanwhileIsNot() throws InterruptedException {
        double before = HeapAfterCollection.collect();
        AtomicBoolean isOver = new AtomicBoolean();
        Thread load = new Thread(() -> {
            while (!isOver.get()) {
                last = new byte[MIB / 4];
            }
        });
        load.start();
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(HeapAfterCollection.collect() - before)
                        .as("MiB more")
                        .isLessThan(4);
            }
        } finally {
            isOver.set(true);
            load.join();
        }
        assertThat(last).isNotEmpty();
    }
}
