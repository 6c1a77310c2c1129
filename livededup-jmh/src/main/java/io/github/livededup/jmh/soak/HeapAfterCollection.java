package io.github.livededup.jmh.soak;

import com.sun.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * What is alive in the heap, as the collector itself found it when it ended. What the heap holds when a program comes to ask
 * is more, as the load goes on: tens of MiB on a busy machine, where some time goes by in between.
 */
final class HeapAfterCollection {
    private static final double MIB = 1 << 20;
    private static final int ATTEMPTS = 1000;
    private static final long PAUSE_NANOS = 1_000_000;

    /** The collectors of the whole heap: G1's, the parallel and the serial one's. */
    private static final Set<String> OF_ALL = Set.of("G1 Old Generation", "PS MarkSweep", "MarkSweepCompact");

    private HeapAfterCollection() {}

    /**
     * Collects garbage. A JVM passes over a request while a thread is in a critical section of native code, which compressing arrays is;
     * so it is asked again until it has done it.
     *
     * @return what the heap held when that ended, in MiB
     * @throws IllegalStateException if the JVM does not collect the whole heap, or not by a collector known here
     */
    static double collect() {
        GarbageCollectorMXBean collector = collector();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long before = collector.getCollectionCount();
            System.gc();
            if (collector.getCollectionCount() > before) {
                return heapMib(collector.getLastGcInfo().getMemoryUsageAfterGc());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new IllegalStateException("collections of the heap: actual=none in " + ATTEMPTS
                + " requests expected=one; is -XX:+DisableExplicitGC or -XX:+ExplicitGCInvokesConcurrent set?");
    }

    private static GarbageCollectorMXBean collector() {
        List<GarbageCollectorMXBean> all = ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
        return all.stream()
                .filter(collector -> OF_ALL.contains(collector.getName()))
                .findAny()
                .orElseThrow(() -> new IllegalStateException("collectors: actual="
                        + all.stream().map(GarbageCollectorMXBean::getName).toList() + " expected=one of " + OF_ALL));
    }

    private static double heapMib(Map<String, MemoryUsage> pools) {
        long bytes = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pools.get(pool.getName());
            if (pool.getType() == MemoryType.HEAP && usage != null) {
                bytes += usage.getUsed();
            }
        }
        return bytes / MIB;
    }
}
