package io.github.livededup.jmh.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was measured in a run, sample by sample. For one thread at a time. */
final class Samples {
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

    /** What is wrong with a run; empty if nothing is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            Growth growth = growth(metric);
            if (metric.isJudged() && growth.exceeds(metric.bound(growth.mean()))) {
                problems.add(String.format(
                        "%s grew: actual=%.1f±%.1f expected=at most %.1f in the second half",
                        metric.label(), growth.growth(), growth.growthError(), metric.bound(growth.mean())));
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
