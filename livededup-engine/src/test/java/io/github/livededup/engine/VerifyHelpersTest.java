package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CancellationToken;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.check.CheckClock;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A verification's helpers end with it, and when its thread is interrupted. */
class VerifyHelpersTest extends EngineCase {
    /** Each thread waits after its first blocks. */
    private static final VerifyOptions SLOW =
            VerifyOptions.of(VerifyLevel.CHECKSUMS).withBytesPerSecond(1);

    private final Thread caller = Thread.currentThread();

    @BeforeEach
    void fill() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "image", TestData.distinctBlocks(BLOCK, 1, 2_000));
        }
    }

    /** What the caller and what a helper does when it has to wait. */
    private abstract class Waits implements CheckClock {
        private final AtomicLong nanos = new AtomicLong();
        private final CountDownLatch helpers;

        Waits(int helpers) {
            this.helpers = new CountDownLatch(helpers);
        }

        abstract void caller();

        abstract void helper() throws InterruptedException;

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public long millisSince1970() {
            return System.currentTimeMillis();
        }

        /** The caller waits until all helpers wait; then time flies. */
        @Override
        public void park(long wanted) {
            try {
                if (Thread.currentThread() == caller) {
                    assertThat(helpers.await(30, TimeUnit.SECONDS)).isTrue();
                    caller();
                } else {
                    helpers.countDown();
                    helper();
                }
                nanos.addAndGet(TimeUnit.DAYS.toNanos(10));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void nobodyIsAtItAfterwards() throws IOException {
        CancellationToken token = new CancellationToken();
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicInteger atIt = new AtomicInteger();
        CheckClock clock = new Waits(3) {
            @Override
            void caller() {
                token.cancel();
                cancelled.countDown();
            }

            @Override
            void helper() throws InterruptedException {
                atIt.incrementAndGet();
                cancelled.await();
                // The first one to be waited for ends first.
                boolean isFirst = Thread.currentThread().getName().endsWith("-1");
                Thread.sleep(isFirst ? 0 : 300);
                atIt.decrementAndGet();
            }
        };
        try (Volume volume = open()) {
            assertThatThrownBy(() ->
                            ((EngineVolume) volume).verify(SLOW.withThreads(4).withCancellation(token), clock))
                    .isInstanceOf(OperationCancelledException.class);
            assertThat(atIt).hasValue(0);
        }
    }

    @Test
    void anInterruptOfTheCallerEndsItWhileItWaitsForHelpers() throws IOException {
        CheckClock clock = new Waits(1) {
            @Override
            void caller() {}

            @Override
            void helper() throws InterruptedException {
                while (!isWaiting(caller)) {
                    Thread.sleep(1);
                }
                caller.interrupt();
                while (caller.isInterrupted()) {
                    Thread.sleep(1);
                }
            }
        };
        try (Volume volume = open()) {
            assertThatThrownBy(() -> ((EngineVolume) volume).verify(SLOW.withThreads(2), clock))
                    .isInstanceOf(OperationCancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static boolean isWaiting(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith("FutureTask")
                        && frame.getMethodName().equals("get"));
    }
}
