package io.github.livededup.jmh.soak;

import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes samples of the process and the volume. For one thread. */
final class Sampler {
    private static final double MIB = 1 << 20;

    /**
     * What may be taken beside budget and filter: 16 MiB of append buffers, one for each group that may be open; 20 MiB of chunks for
     * two imports at once; 4 MiB of write buffer; 5 MiB of workspaces; 3 MiB of buffers of journal and pages; 8 MiB of heap that is
     * the JVM's and this program's.
     */
    static final double ALLOWANCE_MIB = 56;

    private final SharedVolume volume;
    private final long budgetBytes;
    private final int samplesPerCollection;
    private final long startNanos = System.nanoTime();
    private final Samples samples = new Samples();
    private final Map<String, double[]> firstAndLastNative = new TreeMap<>();

    /**
     * Makes a sampler.
     *
     * @param volume the volume
     * @param budgetBytes its memory budget
     * @param samplesPerCollection at every so many samples the heap is collected and measured
     */
    Sampler(SharedVolume volume, long budgetBytes, int samplesPerCollection) {
        this.volume = volume;
        this.budgetBytes = budgetBytes;
        this.samplesPerCollection = samplesPerCollection;
    }

    Samples samples() {
        return samples;
    }

    double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /**
     * Takes a sample.
     *
     * @param series where it is written to as well, if anywhere
     * @throws IOException if it cannot be measured or written
     */
    void sample(@Nullable Series series) throws IOException {
        Map<Metric, Double> values = ProcessFigures.read(volume.directory());
        VolumeStatistics statistics = volume.use(open -> open.statistics());
        double onDisk = SharedVolume.onDiskBytes(statistics);
        values.put(Metric.DISK, onDisk / MIB);
        values.put(Metric.LIVE, statistics.storedBytes() / MIB);
        values.put(Metric.DISK_BEYOND_LIVE, (onDisk - statistics.storedBytes()) / MIB);
        Long beyondLive = volume.takeBeyondLiveBytes();
        if (beyondLive != null) {
            values.put(Metric.DISK_AFTER_COMPACTION, beyondLive / MIB);
        }
        values.put(Metric.ENGINE_LIMIT, (budgetBytes + statistics.filterBytes()) / MIB + ALLOWANCE_MIB);
        if (samples.size() % samplesPerCollection == 0) {
            ProcessFigures.readAfterGc(volume.directory(), values);
        }
        double seconds = seconds();
        samples.add(seconds, values);
        if (series != null) {
            series.add(seconds, values);
        }
        NativeMemory.committedMib()
                .forEach((name, mib) ->
                        firstAndLastNative.computeIfAbsent(name, key -> new double[] {mib, mib})[1] = mib);
    }

    /** The JVM's native memory by category: first and last. */
    Map<String, double[]> nativeMemory() {
        return firstAndLastNative;
    }
}
