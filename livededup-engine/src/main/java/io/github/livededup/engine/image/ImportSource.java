package io.github.livededup.engine.image;

import java.io.Closeable;
import java.io.IOException;

/** What an import reads. {@link #take} is called by one thread at a time, {@link #fill} by several. */
interface ImportSource extends Closeable {
    /**
     * The bytes it has in all.
     *
     * @return the total, or -1 if only the end tells
     */
    long totalBytes();

    /**
     * Draws the next chunk that may hold data: sets its position and length. Holes are passed over.
     *
     * @param chunk receives position and length, and for a channel the bytes
     * @param meter asked while there is something to wait for
     * @return false at the end
     * @throws IOException if the source cannot be read, or the operation is cancelled
     */
    boolean take(ImportChunk chunk, ProgressMeter meter) throws IOException;

    /** Ends a wait of another thread in {@link #take}, if it can be ended; the meter knows of the interrupt. */
    default void interrupt() {}

    /**
     * Reads the bytes of a chunk, if {@link #take} did not.
     *
     * @param chunk a chunk that was taken
     * @throws IOException if the source cannot be read
     */
    void fill(ImportChunk chunk) throws IOException;

    /**
     * The image's size; to be asked when the source is at its end.
     *
     * @return the size in bytes
     */
    long sizeBytes();

    @Override
    void close() throws IOException;
}
