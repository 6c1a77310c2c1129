/**
 * The programming interface of LiveDedup, an embeddable deduplicating block and image store.
 *
 * <p>An engine is found through {@link java.util.ServiceLoader}; applications never name it.
 */
module io.github.livededup {
    requires static org.jspecify;

    exports io.github.livededup;
    exports io.github.livededup.spi;

    uses io.github.livededup.spi.VolumeProvider;
}
