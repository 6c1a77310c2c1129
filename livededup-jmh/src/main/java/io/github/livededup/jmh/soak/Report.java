package io.github.livededup.jmh.soak;

import java.util.Map;

/** Prints what came of a run, as Markdown. */
final class Report {
    /** Categories of native memory that never take so much are left out. */
    private static final double LEAST_MIB = 1;

    private Report() {}

    static void print(SoakSettings settings, Operations operations, SharedVolume volume, Sampler sampler) {
        Samples samples = sampler.samples();
        System.out.printf(
                "%d s, budget %d MiB, %d samples. %s.%n%s.%n%n",
                settings.seconds(),
                settings.budgetBytes() >> 20,
                samples.size(),
                operations.summary(),
                volume.summary());
        System.out.println("| | first | second half: least | mean | most | growth | may grow | most of all |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
        for (Metric metric : Metric.values()) {
            Growth growth = samples.growth(metric);
            if (growth.samples() > 0) {
                System.out.printf(
                        "| %s | %.1f | %.1f | %.1f | %.1f | %.1f ± %.1f | %s | %.1f |%n",
                        metric.label(),
                        samples.first(metric),
                        growth.least(),
                        growth.mean(),
                        growth.most(),
                        growth.growth(),
                        growth.growthError(),
                        metric.isJudged() ? String.format("%.1f", samples.bound(metric, growth)) : "",
                        samples.most(metric));
            }
        }
        System.out.println();
        System.out.println("| native memory, committed, MiB | first | last |");
        System.out.println("|---|---:|---:|");
        for (Map.Entry<String, double[]> category : sampler.nativeMemory().entrySet()) {
            double[] values = category.getValue();
            if (Math.max(values[0], values[1]) >= LEAST_MIB) {
                System.out.printf("| %s | %.1f | %.1f |%n", category.getKey(), values[0], values[1]);
            }
        }
        System.out.println();
    }
}
