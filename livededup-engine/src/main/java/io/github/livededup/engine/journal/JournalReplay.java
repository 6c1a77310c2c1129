package io.github.livededup.engine.journal;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.JournalLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Gives a visitor the records of a chain whose end is known. */
final class JournalReplay {
    private JournalReplay() {}

    /**
     * Visits all records from the reader's start to an end.
     *
     * @throws CorruptionException if the chain does not reach the end any more, or the records contradict their framing
     * @throws IOException if reading fails, or what the visitor throws
     */
    static void run(JournalReader reader, long end, JournalVisitor visitor, String resource) throws IOException {
        boolean isBatchOpen = false;
        while (reader.end() < end) {
            if (!reader.next()) {
                throw new CorruptionException(resource, "end of the log: actual=" + reader.end() + " expected=" + end);
            }
            isBatchOpen = visit(reader.payload(), isBatchOpen, visitor, resource);
            if (isBatchOpen && reader.hasCommitMark()) {
                throw new CorruptionException(resource, "batch at " + reader.end() + ": actual=cut off expected=whole");
            }
        }
    }

    private static boolean visit(ByteBuffer payload, boolean wasBatchOpen, JournalVisitor visitor, String resource)
            throws IOException {
        boolean isBatchOpen = wasBatchOpen;
        int limit = payload.limit();
        int at = payload.position();
        while (at < limit) {
            int bodyFrom = at + JournalLayout.RECORD_HEADER_BYTES;
            int header = bodyFrom <= limit ? payload.getInt(at) : 0;
            int bodyBytes = JournalLayout.recordBodyBytes(header);
            if (bodyFrom > limit || bodyBytes > limit - bodyFrom) {
                throw new CorruptionException(
                        resource, "record: actual=" + bodyBytes + " expected=" + (limit - bodyFrom) + " bytes or less");
            }
            at = bodyFrom + bodyBytes;
            visitor.record(JournalLayout.recordType(header), payload.limit(at).position(bodyFrom));
            payload.limit(limit);
            isBatchOpen = !JournalLayout.isEndOfBatch(header);
            if (!isBatchOpen) {
                visitor.endBatch();
            }
        }
        return isBatchOpen;
    }
}
