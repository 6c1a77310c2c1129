package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PreparationHelperTest {
    private static final int BLOCK_BYTES = 4096;
    private static final int ROUNDS = 2_000;

    private final WorkspacePool workspaces = WorkspacePoolTest.poolOf(2, BLOCK_BYTES);

    @Test
    void anotherThreadPreparesThePart() throws Exception {
        PreparationHelper helper = new PreparationHelper(task -> new Thread(task).start(), workspaces);
        AtomicReference<Thread> thread = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Workspace> used = new AtomicReference<>();
        PreparationHelper.Part part = tools -> {
            thread.set(Thread.currentThread());
            used.set(tools);
            begun.countDown();
        };
        assertThat(helper.begin(part)).isTrue();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(helper.end(part)).isSameAs(used.get());
        helper.release();
        assertThat(thread.get()).isNotSameAs(Thread.currentThread());
        assertThat(workspaces.acquire()).isSameAs(used.get());
    }

    /** What a thread finds that begins too late is nothing, or the part of a later call, which is as good. */
    @Test
    void theCallerDoesWhatNobodyHasBegun() throws Exception {
        List<Runnable> late = new ArrayList<>();
        PreparationHelper helper = new PreparationHelper(late::add, workspaces);
        AtomicInteger prepared = new AtomicInteger();
        PreparationHelper.Part part = tools -> prepared.incrementAndGet();
        assertThat(helper.begin(part)).isTrue();
        assertThat(helper.begin(part)).as("for a second caller").isFalse();
        helper.end(part);
        helper.release();
        late.get(0).run();
        assertThat(prepared).hasValue(1);
        assertThat(helper.begin(part)).isTrue();
        late.get(0).run();
        helper.end(part);
        helper.release();
        late.get(1).run();
        assertThat(prepared).hasValue(2);
    }

    @Test
    void aPoolThatTakesNothingAnyMoreIsNoFailure() throws Exception {
        PreparationHelper helper = new PreparationHelper(
                task -> {
                    throw new RejectedExecutionException("closing");
                },
                workspaces);
        AtomicInteger prepared = new AtomicInteger();
        PreparationHelper.Part part = tools -> prepared.incrementAndGet();
        assertThat(helper.begin(part)).isTrue();
        helper.end(part);
        helper.release();
        assertThat(prepared).hasValue(1);
        assertThat(new PreparationHelper(null, workspaces).begin(part)).isFalse();
    }

    @Test
    void aMachineWithoutThreadsOrMemoryIsNoFailure() throws Exception {
        AtomicInteger prepared = new AtomicInteger();
        PreparationHelper.Part part = tools -> prepared.incrementAndGet();
        PreparationHelper helper = new PreparationHelper(
                task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                workspaces);
        for (int i = 1; i <= 2; i++) {
            assertThat(helper.begin(part)).isTrue();
            helper.end(part);
            helper.release();
            assertThat(prepared).hasValue(i);
        }
        WorkspacePool none = new WorkspacePool(1, () -> {
            throw new OutOfMemoryError("direct memory");
        });
        PreparationHelper poor = new PreparationHelper(Runnable::run, none);
        assertThat(poor.begin(part)).isFalse();
        assertThat(poor.begin(part)).isFalse();
        assertThat(prepared).hasValue(2);
    }

    @Test
    void whatFailsInTheOtherThreadIsThrownByTheCaller() throws Exception {
        PreparationHelper helper = new PreparationHelper(Runnable::run, workspaces);
        AtomicInteger tries = new AtomicInteger();
        PreparationHelper.Part broken = tools -> {
            tries.incrementAndGet();
            throw new IOException("unreadable");
        };
        assertThat(helper.begin(broken)).isTrue();
        assertThatThrownBy(() -> helper.end(broken))
                .isInstanceOf(IOException.class)
                .hasMessage("unreadable");
        helper.release();
        assertThat(tries).hasValue(2);
        PreparationHelper.Part once = tools -> {
            if (tries.incrementAndGet() == 3) {
                throw new IllegalStateException("once");
            }
        };
        assertThat(helper.begin(once)).isTrue();
        helper.end(once);
        helper.release();
        assertThat(tries).hasValue(4);
    }

    /** The caller may fail in between; the memory that the other thread uses must not be given to anybody before it is done. */
    @Test
    void releaseWaitsForAPartThatIsBeingPrepared() throws Exception {
        PreparationHelper helper = new PreparationHelper(task -> new Thread(task).start(), workspaces);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        assertThat(helper.begin(tools -> {
                    begun.countDown();
                    sleep(100);
                    done.incrementAndGet();
                }))
                .isTrue();
        begun.await();
        helper.release();
        assertThat(done).hasValue(1);
    }

    @Test
    void everyPartIsPreparedOnceWhoeverIsFaster() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            PreparationHelper helper = new PreparationHelper(threads, workspaces);
            for (int i = 0; i < ROUNDS; i++) {
                AtomicInteger prepared = new AtomicInteger();
                PreparationHelper.Part part = tools -> prepared.incrementAndGet();
                assertThat(helper.begin(part)).isTrue();
                for (int spins = 0; spins < i; spins++) {
                    Thread.onSpinWait();
                }
                if (i % 3 > 0) {
                    helper.end(part);
                    assertThat(prepared).hasValue(1);
                }
                helper.release();
                assertThat(prepared.get()).isLessThanOrEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
