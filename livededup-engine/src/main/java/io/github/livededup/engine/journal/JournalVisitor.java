package io.github.livededup.engine.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives what a journal holds, in the order it was appended. {@link JournalRecords#decoding} makes one that decodes. */
public interface JournalVisitor {
    /**
     * Receives a record.
     *
     * @param type its type
     * @param body its body between position and limit, little-endian; to be read only, and good only during the call.
     *     Position and limit may be left anywhere
     * @throws IOException ends the replay and passes on
     */
    void record(int type, ByteBuffer body) throws IOException;

    /**
     * The records since the last call are a whole batch.
     *
     * @throws IOException ends the replay and passes on
     */
    default void endBatch() throws IOException {}
}
