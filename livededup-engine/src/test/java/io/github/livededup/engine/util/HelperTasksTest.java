package io.github.livededup.engine.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HelperTasksTest {
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void startsAsManyAsAskedFor() throws Exception {
        List<FutureTask<Integer>> tasks = HelperTasks.start(Runnable::run, 3, done::incrementAndGet);
        assertThat(tasks).hasSize(3);
        assertThat(tasks.get(2).get()).isEqualTo(3);
        assertThat(HelperTasks.start(Runnable::run, 0, done::incrementAndGet)).isEmpty();
    }

    @Test
    void startsFewerWhereThereAreNoThreads() {
        for (Throwable refusal : new Throwable[] {
            new OutOfMemoryError("unable to create native thread"), new RejectedExecutionException("shut down")
        }) {
            List<Runnable> begun = new ArrayList<>();
            List<FutureTask<Integer>> tasks = HelperTasks.start(after(begun, 2, refusal), 5, done::incrementAndGet);
            assertThat(begun).hasSize(2);
            assertThat(tasks).hasSize(2).isEqualTo(begun);
        }
    }

    /** Takes some tasks, then refuses. */
    private static Executor after(List<Runnable> begun, int count, Throwable refusal) {
        return task -> {
            if (begun.size() < count) {
                begun.add(task);
            } else if (refusal instanceof Error error) {
                throw error;
            } else {
                throw (RuntimeException) refusal;
            }
        };
    }
}
