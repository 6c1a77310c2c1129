package io.github.livededup.engine.util;

import java.util.SplittableRandom;

/**
 * Runs a check on many random cases. Each case has a seed of its own; the one that fails names its seed, and with
 * {@code -Dlivededup.test.seed} set to it that case is the first to run.
 */
public final class RandomCases {
    private RandomCases() {}

    /** A check of one case. */
    @FunctionalInterface
    public interface Check {
        /** Draws a case from the given source, and fails if what is checked does not hold in it. */
        void run(SplittableRandom random) throws Exception;
    }

    /**
     * Runs a check on a number of cases, up to the first that fails.
     *
     * @throws AssertionError if one fails; says its seed, and its cause is what the check threw
     */
    public static void forEach(int tries, Check check) {
        long first = Seeds.seed();
        for (int i = 0; i < tries; i++) {
            long seed = first + i;
            try {
                check.run(new SplittableRandom(seed));
            } catch (Exception | Error e) {
                throw new AssertionError(
                        "case %d of %d, again with -D%s=%d: %s".formatted(i + 1, tries, Seeds.PROPERTY, seed, e), e);
            }
        }
    }

    /** A number from min to max, both included; each of the two comes up in at least one draw of sixteen. */
    public static int between(SplittableRandom random, int min, int max) {
        return switch (random.nextInt(16)) {
            case 0 -> min;
            case 1 -> max;
            default -> random.nextInt(min, max + 1);
        };
    }
}
