package io.github.livededup.examples.nbdserver.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A stream of bytes in both directions. One thread may read while another writes; anybody may close. */
public interface Transport extends Closeable {
    /**
     * Reads some bytes, and waits for the first.
     *
     * @param into filled from its position; something remains in it
     * @return how many, at least 1, or -1 at the end
     * @throws IOException if the connection failed or was closed
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes all that remains.
     *
     * @param from written from its position, which moves to its limit
     * @throws IOException if the connection failed or was closed
     */
    void write(ByteBuffer from) throws IOException;

    /**
     * Ends reading: a thread that waits in {@link #read} finds the end. Writing goes on.
     *
     * @throws IOException if the connection failed
     */
    void shutdownInput() throws IOException;

    /**
     * Tells the other side that nothing more comes, as far as the transport has a way to.
     *
     * @throws IOException if the connection failed or was closed
     */
    void finish() throws IOException;

    /** Closes at once; threads that read or write fail. Closing again does nothing. */
    @Override
    void close();
}
