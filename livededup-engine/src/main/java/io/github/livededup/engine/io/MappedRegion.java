package io.github.livededup.engine.io;

import java.io.Closeable;
import java.nio.ByteBuffer;

/**
 * A read-only mapping of a range of a file. What {@link VolumeFile#write} wrote there is seen at once. After {@link
 * #close()} the buffer must not be touched: on a disk that would crash the JVM, so owners guard it.
 */
public interface MappedRegion extends Closeable {
    /**
     * The mapped bytes, little-endian.
     *
     * @return always the same read-only buffer; use absolute access only, or a duplicate
     */
    ByteBuffer buffer();

    /**
     * Asks the system to bring a range into memory soon; a hint.
     *
     * @param offsetBytes where it starts in the region
     * @param lengthBytes how long it is
     */
    void willNeed(int offsetBytes, int lengthBytes);

    /**
     * Takes the whole region out of this process's resident memory; the system may keep it cached. Reading it stays safe.
     *
     * @return whether the system did so
     */
    boolean dropResident();

    /** Unmaps. Closing again does nothing. */
    @Override
    void close();
}
