package io.github.livededup;

import java.io.Serial;

/**
 * The volume's format is older or newer than this library reads. If newer, use a newer library.
 *
 * @since 0.1.0
 */
public final class UnsupportedFormatException extends LiveDedupException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The version found. */
    private final int actual;
    /** The newest version that can be read. */
    private final int newestSupported;

    /**
     * Makes the exception.
     *
     * @param resource the file whose version it is
     * @param actual the version found
     * @param oldestSupported the oldest version this library reads
     * @param newestSupported the newest version this library reads
     */
    public UnsupportedFormatException(String resource, int actual, int oldestSupported, int newestSupported) {
        super(
                resource,
                (actual > newestSupported ? "format too new: actual=" : "format too old: actual=") + actual
                        + " expected=" + oldestSupported + ".." + newestSupported,
                null);
        this.actual = actual;
        this.newestSupported = newestSupported;
    }

    /**
     * The version found.
     *
     * @return the version
     */
    public int actualVersion() {
        return actual;
    }

    /**
     * Whether a newer library is needed.
     *
     * @return true if the volume is newer than this library, false if it is older
     */
    public boolean isTooNew() {
        return actual > newestSupported;
    }
}
