package io.github.livededup.jmh;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The bytes that rounds of one path allocated on the heap, as the JVM counts them by thread. Threads that ended meanwhile are
 * missing; those of the engine wait for more work a minute first.
 *
 * @param blocks the blocks of all rounds
 * @param rounds by the calling thread, in the rounds
 * @param ends by the calling thread, in what follows them
 * @param others by all other threads
 * @param leastRound by the calling thread, in the round with its end in which it was least
 */
record AllocationCount(long blocks, long rounds, long ends, long others, long leastRound) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Enough to have all of a path compiled, and a checkpoint or two. */
    private static final long WARM_UP_BLOCKS = 200_000;

    private static final long MEASURED_BLOCKS = 200_000;
    private static final long LEAST_WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Runs a path, first without counting. */
    static AllocationCount of(AllocationPath path) throws IOException {
        long start = System.nanoTime();
        for (long done = 0;
                done < WARM_UP_BLOCKS || System.nanoTime() - start < LEAST_WARM_UP_NANOS;
                done += path.blocks()) {
            path.round().run();
            path.end().run();
        }
        return measured(path);
    }

    /** Runs a path that is warm. */
    static AllocationCount measured(AllocationPath path) throws IOException {
        Map<Long, Long> before = bytesOfOthers();
        long blocks = 0;
        long rounds = 0;
        long ends = 0;
        long least = Long.MAX_VALUE;
        while (blocks < MEASURED_BLOCKS) {
            long started = own();
            path.round().run();
            long ended = own();
            path.end().run();
            long finished = own();
            blocks += path.blocks();
            rounds += ended - started;
            ends += finished - ended;
            least = Math.min(least, finished - started);
        }
        long others = 0;
        for (Map.Entry<Long, Long> thread : bytesOfOthers().entrySet()) {
            others += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        return new AllocationCount(blocks, rounds, ends, others, least);
    }

    private static long own() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static Map<Long, Long> bytesOfOthers() {
        Map<Long, Long> bytes = new HashMap<>();
        for (long id : THREADS.getAllThreadIds()) {
            if (id != Thread.currentThread().getId()) {
                bytes.put(id, Math.max(0, THREADS.getThreadAllocatedBytes(id)));
            }
        }
        return bytes;
    }
}
