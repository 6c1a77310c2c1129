package io.github.livededup.engine.journal;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.JournalLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tells damage from a torn tail. Both end the chain of frames, but what a power cut tears had never been forced. Every
 * frame bears the position up to which the log had been forced when it was sealed; so a valid frame anywhere in the ring
 * that bears a position behind the end of the chain proves that committed batches are missing. A frame that a power cut
 * left behind out of order bears no such position. See {@link Journal} for the rest of the argument.
 *
 * <p>A full frame is followed by one that starts between pages, so a frame is looked for at every place where one may start.
 * What a record holds does not pass for one: the length in a frame's header has a byte that is 0, which no image's name has,
 * and the rest of a record is no caller's choice.
 */
final class JournalDamage {
    private static final int CHUNK_BYTES = 1 << 18;

    private JournalDamage() {}

    /**
     * Looks for proof of damage.
     *
     * @throws CorruptionException if a frame proves that the log had been committed beyond its end
     */
    static void check(JournalSegments segments, long volumeLow, long end, String resource) throws IOException {
        JournalGeometry geometry = segments.geometry();
        visitFrames(segments, volumeLow, end, (at, frame) -> {
            if (frame.durable() > end && geometry.distanceBytes(at, frame.sequence()) == 0) {
                throw new CorruptionException(
                        resource,
                        "committed records are lost: the log ends at: actual=" + end + " expected=" + frame.durable()
                                + " or more, as frame " + frame.sequence() + " tells");
            }
        });
    }

    /**
     * A position that has the same place in the ring as another, and is beyond every frame that is in the ring.
     *
     * @return the position, more than a whole ring behind the last frame
     */
    static long beyondAll(JournalSegments segments, long volumeLow, long end) throws IOException {
        long[] last = {end};
        visitFrames(
                segments,
                volumeLow,
                end,
                (at, frame) -> last[0] = Math.max(last[0], Math.max(frame.sequence(), frame.durable())));
        long capacity = segments.geometry().capacityBytes();
        return end + ((last[0] - end) / capacity + 2) * capacity;
    }

    /** Visits the valid frames, anywhere in the ring, that are beyond a position or tell of something forced beyond it. */
    private static void visitFrames(JournalSegments segments, long volumeLow, long beyond, FrameVisitor visitor)
            throws IOException {
        JournalGeometry geometry = segments.geometry();
        JournalReader reader = new JournalReader(segments, volumeLow, beyond);
        ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, geometry.usableBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long start = 0; start < geometry.capacityBytes(); ) {
            int room = geometry.roomBytes(start);
            chunk.clear().limit(Math.min(chunk.capacity(), room));
            segments.read(start, chunk);
            int at = 0;
            for (; at <= chunk.limit() - JournalLayout.FRAME_HEADER_BYTES; at += JournalLayout.FRAME_ALIGNMENT_BYTES) {
                if (JournalLayout.isFrame(chunk, at, volumeLow, room - at)
                        && Math.max(JournalLayout.sequence(chunk, at), JournalLayout.durable(chunk, at)) > beyond
                        && reader.readAt(start + at)) {
                    visitor.frame(start + at, reader);
                }
            }
            // A header that the chunk cuts off is whole in the next one; one that the segment's end cuts off is none.
            start += chunk.limit() == room ? room : at;
        }
    }

    /** Is told of frames. */
    private interface FrameVisitor {
        /**
         * A frame is there.
         *
         * @param at its place in the ring
         * @param frame has read it
         */
        void frame(long at, JournalReader frame) throws IOException;
    }
}
