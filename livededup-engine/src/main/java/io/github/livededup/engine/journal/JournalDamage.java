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
 */
final class JournalDamage {
    private static final int CHUNK_BYTES = 1 << 18;

    private JournalDamage() {}

    /**
     * Looks for proof of damage. Frames behind a commit mark start at page borders, so only these are looked at.
     *
     * @throws CorruptionException if a frame proves that the log had been committed beyond its end
     */
    static void check(JournalSegments segments, long volumeLow, long end, String resource) throws IOException {
        JournalGeometry geometry = segments.geometry();
        JournalReader reader = new JournalReader(segments, volumeLow, end);
        ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, geometry.usableBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 0; at < geometry.capacityBytes(); at += chunk.limit()) {
            chunk.clear().limit(Math.min(chunk.capacity(), geometry.roomBytes(at)));
            segments.read(at, chunk);
            for (int page = 0; page < chunk.limit(); page += JournalLayout.COMMIT_ALIGNMENT_BYTES) {
                if (mayProve(chunk, page, volumeLow, geometry.roomBytes(at + page), end)
                        && reader.readAt(at + page)
                        && geometry.distanceBytes(at + page, reader.sequence()) == 0) {
                    throw new CorruptionException(
                            resource,
                            "committed records are lost: the log ends at: actual=" + end + " expected="
                                    + reader.durable() + " or more, as frame " + reader.sequence() + " tells");
                }
            }
        }
    }

    /**
     * A position that has the same place in the ring as another, and is beyond every frame that is in the ring.
     *
     * @return the position, more than a whole ring behind the last frame
     */
    static long beyondAll(JournalSegments segments, long volumeLow, long end) throws IOException {
        JournalGeometry geometry = segments.geometry();
        JournalReader reader = new JournalReader(segments, volumeLow, end);
        long last = end;
        for (long at = 0; at < geometry.capacityBytes(); at += JournalLayout.COMMIT_ALIGNMENT_BYTES) {
            if (reader.readAt(at)) {
                last = Math.max(last, Math.max(reader.sequence(), reader.durable()));
            }
        }
        return end + ((last - end) / geometry.capacityBytes() + 2) * geometry.capacityBytes();
    }

    private static boolean mayProve(ByteBuffer chunk, int at, long volumeLow, int roomBytes, long end) {
        return JournalLayout.isFrame(chunk, at, volumeLow, roomBytes) && JournalLayout.durable(chunk, at) > end;
    }
}
