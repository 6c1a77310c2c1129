package io.github.livededup.engine.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.livededup.VolumeClosedException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class KeepAliveTest {
    /** The common pool may have one thread only. */
    private static final Executor THREADS = task -> new Thread(task).start();

    private final KeepAlive guard = new KeepAlive("test");

    @Test
    void closingWaitsForCallsInFlightAndRefusesOthers() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        CompletableFuture<Void> call = CompletableFuture.runAsync(
                () -> {
                    try {
                        guard.enter();
                        inside.countDown();
                        proceed.await();
                        guard.enter(); // inside already, so not refused
                        guard.exit();
                        ended.set(true);
                        guard.exit();
                    } catch (VolumeClosedException | InterruptedException failure) {
                        throw new AssertionError(failure);
                    }
                },
                THREADS);
        inside.await();
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(
                () -> {
                    boolean first = guard.close();
                    assertThat(ended).isTrue();
                    return first;
                },
                THREADS);
        while (!guard.isClosed()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(guard::enter).isInstanceOf(VolumeClosedException.class);
        assertThat(closing).isNotDone();
        proceed.countDown();
        assertThat(closing.get(120, TimeUnit.SECONDS)).isTrue();
        call.get(120, TimeUnit.SECONDS);
        assertThat(guard.close()).isFalse();
        assertThatThrownBy(guard::enter).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(guard::exit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingFromWithinIsRefused() throws Exception {
        guard.enter();
        assertThatThrownBy(guard::close).isInstanceOf(IllegalStateException.class);
        guard.enter();
        guard.exit();
        guard.exit();
        assertThat(guard.close()).isTrue();
    }

    @Test
    void allocatesNothingPerCall() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        callManyTimes(1_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        callManyTimes(100_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    private void callManyTimes(int times) throws VolumeClosedException {
        for (int i = 0; i < times; i++) {
            guard.enter();
            guard.exit();
        }
    }
}
