package io.github.livededup.engine.fingerprint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the JCA provider of SHA-256, once in a JVM. With a single provider nothing is measured. Among several, each is
 * timed for some milliseconds; the JVM's own order of preference decides between those that are about as fast.
 */
final class FastestDigest {
    private static final String ALGORITHM = "SHA-256";
    private static final int BLOCK_BYTES = 4096;
    /** Long enough for the JIT to compile the digest; pure interpretation would favour native providers. */
    private static final long TRIAL_NANOS = 20_000_000;
    /** A later provider must be this much faster to be taken. */
    private static final double CLEARLY_FASTER = 1.15;

    private FastestDigest() {}

    /** Makes a digest. */
    static MessageDigest newSha256() {
        Provider provider = Choice.PROVIDER;
        try {
            return provider == null
                    ? MessageDigest.getInstance(ALGORITHM)
                    : MessageDigest.getInstance(ALGORITHM, provider);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    /** The fastest of some providers, the first if none can be timed; null if there are none. */
    static @Nullable Provider fastest(Provider @Nullable [] providers) {
        if (providers == null || providers.length == 0) {
            return null;
        }
        Provider best = providers[0];
        if (providers.length > 1) {
            double bestRate = 0;
            for (Provider provider : providers) {
                double rate = blocksPerNano(provider);
                if (rate > bestRate * CLEARLY_FASTER) {
                    best = provider;
                    bestRate = rate;
                }
            }
        }
        return best;
    }

    private static double blocksPerNano(Provider provider) {
        byte[] block = new byte[BLOCK_BYTES];
        try {
            MessageDigest digest = MessageDigest.getInstance(ALGORITHM, provider);
            timed(digest, block); // warm-up
            return timed(digest, block);
        } catch (NoSuchAlgorithmException | RuntimeException e) {
            return 0; // a provider that cannot do it is not taken
        }
    }

    private static double timed(MessageDigest digest, byte[] block) {
        long start = System.nanoTime();
        long blocks = 0;
        long elapsed;
        do {
            digest.update(block);
            digest.digest();
            blocks++;
            elapsed = System.nanoTime() - start;
        } while (elapsed < TRIAL_NANOS);
        return (double) blocks / elapsed;
    }

    /** Made at the first use. */
    private static final class Choice {
        static final @Nullable Provider PROVIDER = fastest(Security.getProviders("MessageDigest." + ALGORITHM));

        private Choice() {}
    }
}
