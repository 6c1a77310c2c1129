package io.github.livededup.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The engine's threads: daemons with a name, so that a volume nobody closed does not keep a JVM alive. */
final class WorkerThreads {
    private WorkerThreads() {}

    static ThreadFactory factory(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A pool that starts what it is given at once: a pipeline waits for its workers, so none may wait for a thread. */
    static ExecutorService newPool(String name) {
        return Executors.newCachedThreadPool(factory(name));
    }
}
