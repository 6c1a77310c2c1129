package io.github.livededup.jmh.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was measured in a run, sample by sample. For one thread at a time. */
final class Samples {
    /** From this length on nothing is allowed for a beginning. */
    private static final double SETTLED_SECONDS = 600;

    private static final double MOST_SLACK = 4;

    private record Sample(double seconds, Map<Metric, Double> values) {}

    private final List<Sample> samples = new ArrayList<>();

    /**
     * Adds a sample.
     *
     * @param seconds since the run began
     * @param values what could be measured
     */
    void add(double seconds, Map<Metric, Double> values) {
        samples.add(new Sample(seconds, new EnumMap<>(values)));
    }

    int size() {
        return samples.size();
    }

    /** What became of a figure. */
    Growth growth(Metric metric) {
        double[] seconds = new double[samples.size()];
        double[] values = new double[samples.size()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = samples.get(i).seconds();
            values[i] = value(i, metric);
        }
        return Growth.ofSecondHalf(seconds, values);
    }

    /** The first value of a figure; NaN if there is none. */
    double first(Metric metric) {
        for (int i = 0; i < samples.size(); i++) {
            if (!Double.isNaN(value(i, metric))) {
                return value(i, metric);
            }
        }
        return Double.NaN;
    }

    /** The greatest value of a figure in the whole run; NaN if there is none. */
    double most(Metric metric) {
        double most = Double.NaN;
        for (int i = 0; i < samples.size(); i++) {
            double value = value(i, metric);
            if (!Double.isNaN(value) && !(value <= most)) {
                most = value;
            }
        }
        return most;
    }

    /** How much a figure may grow: in a short run, in which the JVM still compiles and its memory settles, more. */
    double bound(Metric metric, Growth growth) {
        double seconds = samples.isEmpty() ? 0 : samples.get(samples.size() - 1).seconds();
        return metric.bound(growth.mean()) * Math.max(1, Math.min(MOST_SLACK, SETTLED_SECONDS / seconds));
    }

    /** What is wrong with a run; empty if nothing is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            Growth growth = growth(metric);
            if (metric.isJudged() && growth.exceeds(bound(metric, growth))) {
                problems.add(String.format(
                        "%s grew: actual=%.1f±%.1f expected=at most %.1f in the second half",
                        metric.label(), growth.growth(), growth.growthError(), bound(metric, growth)));
            }
        }
        for (int i = 0; i < samples.size(); i++) {
            double used = value(i, Metric.ENGINE_MEMORY);
            double limit = value(i, Metric.ENGINE_LIMIT);
            if (used > limit) {
                problems.add(String.format(
                        "budget exceeded after %.0f s: actual=%.1f MiB expected=at most %.1f",
                        samples.get(i).seconds(), used, limit));
            }
        }
        return problems;
    }

    private double value(int sample, Metric metric) {
        return samples.get(sample).values().getOrDefault(metric, Double.NaN);
    }
}
