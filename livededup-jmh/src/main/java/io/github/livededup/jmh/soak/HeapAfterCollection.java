package io.github.livededup.jmh.soak;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is alive in the heap, as the collector itself found it when it ended. What the heap holds when a program comes to ask
 * is more, as the load goes on: tens of MiB on a busy machine, where some time goes by in between.
 */
final class HeapAfterCollection {
    private static final double MIB = 1 << 20;

    private HeapAfterCollection() {}

    /**
     * Collects garbage.
     *
     * @return what the heap held when that ended, in MiB; of several collections that ended since the call, the least
     */
    static double collect() {
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
        Map<String, Long> before = new HashMap<>();
        collectors.forEach(collector -> before.put(collector.getName(), collector.getCollectionCount()));
        System.gc();
        Set<String> pools = heapPools();
        return collectors.stream()
                .filter(collector -> collector.getCollectionCount() > before.get(collector.getName()))
                .mapToDouble(collector -> usedMib(collector.getLastGcInfo(), pools))
                .min()
                .orElseThrow(() -> new IllegalStateException(
                        "collection: actual=none expected=one at System.gc(); is -XX:+DisableExplicitGC set?"));
    }

    private static double usedMib(GcInfo info, Set<String> pools) {
        return info.getMemoryUsageAfterGc().entrySet().stream()
                        .filter(pool -> pools.contains(pool.getKey()))
                        .mapToLong(pool -> pool.getValue().getUsed())
                        .sum()
                / MIB;
    }

    private static Set<String> heapPools() {
        Set<String> names = new HashSet<>();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                names.add(pool.getName());
            }
        }
        return names;
    }
}
