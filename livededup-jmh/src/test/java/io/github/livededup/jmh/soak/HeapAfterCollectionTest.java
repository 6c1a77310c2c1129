package io.github.livededup.jmh.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is alive is counted, what a thread drops meanwhile is not. */
class HeapAfterCollectionTest {
    private static final int MIB = 1 << 20;

    private volatile byte @Nullable [] last;

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
        assertNoMoreBeside(() -> last = new byte[MIB / 4]);
    }

    /** A JVM passes over requests for a collection while an array is compressed by native code. */
    @Test
    void isCollectedThoughArraysAreCompressedMeanwhile() throws InterruptedException {
        byte[] from = new byte[MIB];
        byte[] to = new byte[MIB];
        assertNoMoreBeside(() -> {
            last = new byte[MIB / 4];
            Deflater deflater = new Deflater();
            deflater.setInput(from);
            deflater.deflate(to);
            deflater.end();
            LockSupport.parkNanos(1_000_000);
        });
    }

    private static void assertNoMoreBeside(Runnable step) throws InterruptedException {
        double before = HeapAfterCollection.collect();
        AtomicBoolean isOver = new AtomicBoolean();
        Thread load = new Thread(() -> {
            while (!isOver.get()) {
                step.run();
            }
        });
        load.start();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(HeapAfterCollection.collect() - before)
                        .as("MiB more")
                        .isLessThan(4);
            }
        } finally {
            isOver.set(true);
            load.join();
        }
    }
}
