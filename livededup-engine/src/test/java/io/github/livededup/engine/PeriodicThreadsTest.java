package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.lifecycle.KeepAlive;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A volume's periodic threads: all are started or none goes on, none is inside once the guard is closed, and each ends by itself. */
@Timeout(60)
class PeriodicThreadsTest {
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration NEVER = Duration.ofDays(1);

    private final KeepAlive guard = new KeepAlive("volume");
    private final List<Thread> made = new ArrayList<>();

    @AfterEach
    void allEnd() throws InterruptedException {
        guard.close();
        for (Thread thread : made) {
            thread.join();
        }
    }

    private PeriodicThread thread(Duration pause, PeriodicThread.Work work) {
        return new PeriodicThread("test", pause, guard, work, task -> {
            Thread thread = new Thread(task);
            made.add(thread);
            return thread;
        });
    }

    @Test
    void workIsDoneAgainAndAgainInsideTheGuard() throws Exception {
        Semaphore done = new Semaphore(0);
        PeriodicThread thread = thread(PAUSE, () -> {
            assertThatThrownBy(guard::requireOutside).isInstanceOf(IllegalStateException.class);
            done.release();
        });
        thread.start();
        done.acquire(3);
        thread.stop();
        made.get(0).join();
    }

    @Test
    void workThatFailsIsNotDoneAgainAndLeavesTheGuard() throws Exception {
        Semaphore done = new Semaphore(0);
        thread(PAUSE, () -> {
                    done.release();
                    throw new IOException("failed");
                })
                .start();
        made.get(0).join();
        assertThat(done.availablePermits()).isOne();
        assertThat(guard.close()).isTrue();
    }

    @Test
    void aClosedGuardEndsIt() throws Exception {
        guard.close();
        AtomicBoolean ran = new AtomicBoolean();
        thread(PAUSE, () -> ran.set(true)).start();
        made.get(0).join();
        assertThat(ran).isFalse();
    }

    @Test
    void oneThatIsStoppedDoesNotWaitForItsPause() throws Exception {
        PeriodicThread thread = thread(NEVER, () -> {});
        thread.start();
        thread.stop();
        made.get(0).join();
        assertThat(guard.isClosed()).isFalse();
    }

    @Test
    void ifOneIsRefusedTheOthersEndAndNoneIsInside() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        PeriodicThread working = thread(PAUSE, () -> {
            inside.countDown();
            await(asked);
            sleepAWhile();
            left.set(true);
        });
        PeriodicThread refused = new PeriodicThread("refused", PAUSE, guard, () -> {}, task -> new Thread(task) {
            @Override
            public void start() {
                await(inside);
                asked.countDown();
                throw new OutOfMemoryError("unable to create native thread");
            }
        });

        assertThatThrownBy(new PeriodicThreads(guard, List.of(working, refused))::start)
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessageContaining("native thread");
        assertThat(left)
                .as("what was inside had left before the failure was told")
                .isTrue();
        assertThatThrownBy(guard::enter).isInstanceOf(VolumeClosedException.class);
        made.get(0).join();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleepAWhile() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
