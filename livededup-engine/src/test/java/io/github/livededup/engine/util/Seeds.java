package io.github.livededup.engine.util;

import java.util.Random;

/**
 * Seeds of tests that try cases at random. They are the same in every run, so that a build that passed passes again;
 * {@code -Dlivededup.test.seed=random} tries other cases, and {@code -Dlivededup.test.seed=NUMBER} repeats those that a
 * failure named.
 */
public final class Seeds {
    /** The property that sets them. */
    public static final String PROPERTY = "livededup.test.seed";

    private static final long USUAL = 20_111_214;

    private Seeds() {}

    /** The seed of this run. */
    public static long seed() {
        String wanted = System.getProperty(PROPERTY);
        if (wanted == null) {
            return USUAL;
        }
        return wanted.equals("random") ? new Random().nextLong() : Long.parseLong(wanted);
    }
}
