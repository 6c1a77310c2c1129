package io.github.livededup.engine.util;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/** Starts what helps a thread with its work. */
public final class HelperTasks {
    private HelperTasks() {}

    /**
     * Hands the same work to several threads. If the system has no more threads, or the pool is shutting down, fewer begin: help
     * is not worth a failure, and whoever has begun must be waited for whatever happens.
     *
     * @param helpers runs the tasks
     * @param count how many there are to be
     * @param work what each does
     * @param <T> what each returns
     * @return the tasks that have begun, or will
     */
    public static <T> List<FutureTask<T>> start(Executor helpers, int count, Callable<T> work) {
        List<FutureTask<T>> started = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            FutureTask<T> task = new FutureTask<>(work);
            try {
                helpers.execute(task);
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                break;
            }
            started.add(task);
        }
        return started;
    }
}
