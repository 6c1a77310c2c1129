package io.github.livededup.jmh.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplesTest {
    private static final int SAMPLES = 240;
    private static final double SECONDS_EACH = 5;

    /** A figure over twenty minutes, by the part of them that has gone. */
    private static Samples run(Metric metric, DoubleUnaryOperator value) {
        Samples samples = new Samples();
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(i * SECONDS_EACH, Map.of(metric, value.applyAsDouble((double) i / (SAMPLES - 1))));
        }
        return samples;
    }

    private static double bound(Metric metric, double mean) {
        return metric.isJudged() ? metric.bound(mean) : Double.NaN;
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void aLeakIsFound(Metric metric) {
        if (!metric.isJudged()) {
            return;
        }
        double leak = 3 * bound(metric, 200); // over the whole run, half of it in the second half
        Random random = new Random(1);
        Samples leaking = run(metric, part -> 200 + leak * part + 10 * random.nextGaussian());
        assertThat(leaking.problems())
                .singleElement()
                .asString()
                .contains(metric.label())
                .contains("grew");
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void noiseAndWhatGrowsAtFirstIsNoLeak(Metric metric) {
        Random random = new Random(2);
        Samples steady = run(metric, part -> 200 + 10 * random.nextGaussian());
        assertThat(steady.problems()).isEmpty();
        Samples warmingUp = run(metric, part -> 200 - 150 * Math.exp(-20 * part));
        assertThat(warmingUp.problems()).isEmpty();
        Samples falling = run(metric, part -> 300 - 200 * part);
        assertThat(falling.problems()).isEmpty();
        Samples sawTooth = run(metric, part -> 200 + 60 * (part * 16 % 1));
        assertThat(sawTooth.problems()).isEmpty();
    }

    @Test
    void growthWithinTheBoundIsNone() {
        Metric metric = Metric.RSS;
        assertThat(run(metric, part -> 100 + 1.8 * metric.bound(100) * part).problems())
                .isEmpty();
        assertThat(run(metric, part -> 100 + 2.2 * metric.bound(100) * part).problems())
                .hasSize(1);
    }

    @Test
    void aShortRunMayGrowFourTimesAsMuch() {
        for (double factor : new double[] {3.8, 4.2}) {
            Samples samples = new Samples();
            for (int i = 0; i < SAMPLES; i++) {
                double part = (double) i / (SAMPLES - 1);
                samples.add(40 * part, Map.of(Metric.RSS, 100 + 2 * factor * Metric.RSS.bound(100) * part));
            }
            assertThat(samples.problems()).hasSize(factor > 4 ? 1 : 0);
        }
    }

    @Test
    void theFitIsTheLineThatIsThere() {
        Growth growth = run(Metric.RSS, part -> 10 + 8 * part).growth(Metric.RSS);
        assertThat(growth.growth()).isBetween(3.98, 4.02);
        assertThat(growth.growthError()).isLessThan(1e-6);
        assertThat(growth.mean()).isBetween(15.9, 16.1);
        assertThat(growth.least()).isBetween(13.9, 14.1);
        assertThat(growth.most()).isEqualTo(18);
        assertThat(growth.samples()).isEqualTo(SAMPLES / 2);
    }

    @Test
    void whatIsMeasuredNowAndThenOnlyIsJudgedByThat() {
        Samples samples = new Samples();
        for (int i = 0; i < SAMPLES; i++) {
            Map<Metric, Double> values = new EnumMap<>(Metric.class);
            values.put(Metric.THREADS, 30.0);
            if (i % 12 == 0) {
                values.put(Metric.HEAP_AFTER_GC, 20 + 0.3 * i);
            }
            samples.add(i * SECONDS_EACH, values);
        }
        assertThat(samples.problems()).singleElement().asString().contains(Metric.HEAP_AFTER_GC.label());
        assertThat(samples.growth(Metric.HEAP_AFTER_GC).samples()).isEqualTo(10);
        assertThat(samples.growth(Metric.RSS).samples()).isZero();
        assertThat(samples.first(Metric.RSS)).isNaN();
        assertThat(samples.most(Metric.HEAP_AFTER_GC)).isEqualTo(20 + 0.3 * 228);
    }

    @Test
    void tooFewSamplesSayNothing() {
        Samples samples = new Samples();
        assertThat(samples.problems()).isEmpty();
        for (int i = 0; i < 2 * (Growth.FEWEST_SAMPLES - 1); i++) {
            samples.add(i, Map.of(Metric.THREADS, 100.0 * i));
        }
        assertThat(samples.problems()).isEmpty();
        samples.add(samples.size(), Map.of(Metric.THREADS, 100.0 * samples.size()));
        samples.add(samples.size(), Map.of(Metric.THREADS, 100.0 * samples.size()));
        assertThat(samples.problems()).hasSize(1);
    }

    @Test
    void aBudgetThatIsExceededOnceIsTold() {
        Samples samples = new Samples();
        for (int i = 0; i < 20; i++) {
            samples.add(i, Map.of(Metric.ENGINE_LIMIT, 90.0, Metric.ENGINE_MEMORY, i == 3 ? 90.5 : 89.0));
        }
        assertThat(samples.problems())
                .singleElement()
                .asString()
                .isEqualTo("budget exceeded after 3 s: actual=90.5 MiB expected=at most 90.0");
    }
}
