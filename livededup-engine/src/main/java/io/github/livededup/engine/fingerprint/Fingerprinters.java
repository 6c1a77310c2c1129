package io.github.livededup.engine.fingerprint;

import io.github.livededup.FingerprintAlgorithm;
import java.util.function.Supplier;

/** Makes the fingerprinters of one algorithm. Safe for use by many threads. */
public final class Fingerprinters {
    private final FingerprintAlgorithm algorithm;
    private final Supplier<Fingerprinter> constructor;

    private Fingerprinters(FingerprintAlgorithm algorithm, Supplier<Fingerprinter> constructor) {
        this.algorithm = algorithm;
        this.constructor = constructor;
    }

    /**
     * The fingerprinters of an algorithm.
     *
     * @param algorithm the algorithm
     * @return what makes them
     */
    public static Fingerprinters of(FingerprintAlgorithm algorithm) {
        return new Fingerprinters(
                algorithm,
                switch (algorithm) {
                    case SHA_256 -> Sha256Fingerprinter::new;
                    case BLAKE3 -> Blake3Fingerprinter::new;
                    case XXH3_128 -> Xxh3Fingerprinter::new;
                });
    }

    /**
     * Makes a fingerprinter.
     *
     * @return a new one, for one thread
     */
    public Fingerprinter newFingerprinter() {
        return constructor.get();
    }

    /**
     * The algorithm.
     *
     * @return the algorithm
     */
    public FingerprintAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * The length of a fingerprint.
     *
     * @return the length in bytes
     */
    public int lengthBytes() {
        return algorithm.lengthBytes();
    }
}
