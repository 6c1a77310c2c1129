package io.github.livededup.engine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.util.RandomCases;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every parser is fed with bytes made at random, and with its seed changed here and there; Jazzer goes on from there. */
class ParserFuzzTest {
    private static final int CASES = Integer.getInteger("livededup.fuzz.parserCases", 60);
    private static final long[] SPITEFUL = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 1L << 34, 4096};

    @ParameterizedTest
    @EnumSource
    void takesOrRefuses(ParserTarget target) {
        byte[] seed = target.seed();
        int[] taken = new int[1];
        RandomCases.forEach(CASES, random -> {
            if (ParserFuzzer.feed(target, random.nextInt(4) == 0 ? random(random) : changed(seed, random))) {
                taken[0]++;
            }
        });
        System.out.println("parser " + target + ": " + CASES + " cases, " + taken[0] + " taken");
    }

    /** Else the seeds would be refused at once, and the rest of a parser never be met. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CURSOR")
    void takesItsSeed(ParserTarget target) {
        assertThat(ParserFuzzer.feed(target, target.seed())).isTrue();
    }

    private static byte[] random(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] changed(byte[] seed, SplittableRandom random) {
        byte[] bytes = Arrays.copyOf(seed, Math.max(16, seed.length));
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            int at = random.nextInt(bytes.length);
            if (random.nextBoolean()) {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
            } else {
                long value = SPITEFUL[random.nextInt(SPITEFUL.length)];
                for (int i = 0; i < 8 && at + i < bytes.length; i++) {
                    bytes[at + i] = (byte) (value >>> 8 * i);
                }
            }
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
