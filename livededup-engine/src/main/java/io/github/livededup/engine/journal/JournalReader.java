package io.github.livededup.engine.journal;

import io.github.livededup.engine.format.JournalLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks the chain of frames. The frame behind position {@code p} is the one that says so: its sequence is {@code p}, or
 * the start of the next segment, or one of these a whole capacity later, which starts a session; and it says that the
 * frame before it ended at {@code p}. For one thread; takes as much memory as the longest frame it meets, at most {@link
 * JournalLayout#MAX_FRAME_BYTES}.
 */
final class JournalReader {
    private final JournalSegments segments;
    private final JournalGeometry geometry;
    private final long volumeLow;
    private ByteBuffer frame = buffer(JournalLayout.COMMIT_ALIGNMENT_BYTES);
    private long end;

    JournalReader(JournalSegments segments, long volumeLow, long start) {
        this.segments = segments;
        this.geometry = segments.geometry();
        this.volumeLow = volumeLow;
        this.end = start;
    }

    /** Reads the next frame; false, and nothing changes, if no valid one continues the chain. */
    boolean next() throws IOException {
        long here = end;
        long next = geometry.nextSegment(here);
        if (readAt(here) && continues(here, here)) {
            return accept();
        }
        return next - here < geometry.usableBytes() && readAt(next) && continues(here, next) && accept();
    }

    /** Where the frame after the last one read may start at the earliest. */
    long end() {
        return end;
    }

    /** Whether the last frame read bears the commit mark. */
    boolean hasCommitMark() {
        return JournalLayout.hasCommitMark(frame, 0);
    }

    /** The payload of the last frame read, between position and limit; good until the next is read. */
    ByteBuffer payload() {
        int from = JournalLayout.FRAME_HEADER_BYTES;
        return frame.limit(from + JournalLayout.payloadBytes(frame, 0)).position(from);
    }

    /** Reads the frame at a place of the ring, whatever its sequence; false if there is no valid one. */
    boolean readAt(long position) throws IOException {
        int room = geometry.roomBytes(position);
        if (room < JournalLayout.FRAME_HEADER_BYTES) {
            return false;
        }
        frame.clear().limit(Math.min(frame.capacity(), Math.min(JournalLayout.COMMIT_ALIGNMENT_BYTES, room)));
        segments.read(position, frame);
        if (!JournalLayout.isFrame(frame, 0, volumeLow, room)) {
            return false;
        }
        int there = frame.limit();
        int frameBytes = JournalLayout.FRAME_HEADER_BYTES + JournalLayout.payloadBytes(frame, 0);
        if (frameBytes > there) {
            if (frameBytes > frame.capacity()) {
                ByteBuffer larger =
                        buffer(Math.min(JournalLayout.MAX_FRAME_BYTES, Integer.highestOneBit(frameBytes) * 2));
                frame = larger.put(frame.flip());
            }
            frame.limit(frameBytes).position(there);
            segments.read(position + there, frame);
        }
        return JournalLayout.isFrameIntact(frame);
    }

    /** The sequence of the frame {@link #readAt} read. */
    long sequence() {
        return JournalLayout.sequence(frame, 0);
    }

    /** Up to where the log was durable when the frame {@link #readAt} read was sealed. */
    long durable() {
        return JournalLayout.durable(frame, 0);
    }

    private boolean continues(long previous, long position) {
        long sequence = sequence();
        return JournalLayout.previous(frame, 0) == previous
                && (sequence == position || sequence == position + geometry.capacityBytes());
    }

    private boolean accept() {
        int frameBytes = JournalLayout.FRAME_HEADER_BYTES + JournalLayout.payloadBytes(frame, 0);
        end = JournalLayout.frameEnd(sequence() + frameBytes, hasCommitMark());
        return true;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
