package io.github.livededup.engine.journal;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.JournalLayout;
import java.io.IOException;

/**
 * The end of the log, where batches are appended. Every call is made under {@link Journal}'s lock.
 *
 * <p>Two frames take turns: batches fill one, while the leader of a commit may be writing the other. A frame that is full
 * is written at once, without a mark and without a force.
 */
final class JournalTail {
    /** Kept free whatever is appended, for the frame that starts a session and the one that commits the last batch. */
    private static final int RESERVE_BYTES = 2 * JournalLayout.COMMIT_ALIGNMENT_BYTES;

    private final JournalSegments segments;
    private final JournalGeometry geometry;
    private final JournalOptions options;
    private final int maxRecordBytes;
    private Frame filling;
    private Frame spare;
    /** Where the last frame ended. */
    private long place;
    /** Where the oldest frame starts that replay needs. */
    private long released;

    private boolean sessionStarted;
    private long batches;
    private long recordBytes;

    JournalTail(JournalSegments segments, JournalOptions options, long released, long place, boolean isNew) {
        this.segments = segments;
        this.geometry = segments.geometry();
        this.options = options;
        this.released = released;
        this.place = place;
        this.sessionStarted = isNew;
        int frameBytes = Math.min(options.frameBytes(), geometry.usableBytes());
        maxRecordBytes = frameBytes - JournalLayout.FRAME_HEADER_BYTES;
        filling = new Frame(frameBytes);
        spare = new Frame(frameBytes);
    }

    /** The position behind the last batch. */
    long position() {
        return filling.isStarted() ? filling.filledTo() : place;
    }

    long freeBytes() {
        long used = geometry.distanceBytes(released, position());
        return Math.max(0, geometry.capacityBytes() - used - RESERVE_BYTES);
    }

    boolean isHalfUsed() {
        return geometry.distanceBytes(released, position()) > geometry.capacityBytes() / 2;
    }

    /**
     * The most that appending records of this length, and committing them, can take. A frame has a header and alignment; at
     * the end of a segment, another one, and up to a record's length stays empty. A frame or segment ends where the next
     * record does not fit, so any two of them in a row hold more than the room of one.
     */
    long neededBytes(long lengthBytes, int longestRecordBytes) {
        long lost = JournalLayout.FRAME_HEADER_BYTES + JournalLayout.FRAME_ALIGNMENT_BYTES;
        long frames = 2 * lengthBytes / maxRecordBytes + 2;
        long crossings = 2 * (lengthBytes + frames * lost) / geometry.usableBytes() + 2;
        return lengthBytes
                + frames * lost
                + crossings * (2 * lost + longestRecordBytes)
                + 2L * JournalLayout.COMMIT_ALIGNMENT_BYTES;
    }

    boolean hasRoom(JournalBatch batch) {
        return neededBytes(batch.lengthBytes(), batch.longestRecordBytes()) <= freeBytes();
    }

    /** Whether the records of a batch are short enough for a frame, and all of it for an empty journal. */
    boolean isAcceptable(JournalBatch batch) {
        return batch.longestRecordBytes() <= maxRecordBytes
                && neededBytes(batch.lengthBytes(), batch.longestRecordBytes())
                        <= geometry.capacityBytes() - RESERVE_BYTES;
    }

    /**
     * Starts the session, unless it is: see {@link Journal} for why it takes a frame of its own and two forces.
     *
     * @return whether it did, so that all up to {@link #position()} is durable
     */
    boolean startSession() throws IOException {
        if (sessionStarted) {
            return false;
        }
        segments.forceAll();
        filling.start(place + geometry.capacityBytes(), place, JournalLayout.FRAME_HEADER_BYTES);
        long end = filling.end(true);
        segments.write(
                filling.sequence(), filling.seal(place, options.volumeId().getLeastSignificantBits(), true));
        segments.forceDirty();
        filling.reset();
        place = end;
        sessionStarted = true;
        return true;
    }

    /** Appends a batch for which there is room, in a session that was started. */
    void append(JournalBatch batch, long durable) throws IOException {
        byte[] records = batch.bytes();
        int length = batch.lengthBytes();
        if (filling.fits(length)) {
            filling.put(records, 0, length);
        } else {
            for (int at = 0; at < length; ) {
                int bytes = JournalLayout.RECORD_HEADER_BYTES + JournalLayout.recordBodyBytes(Bytes.intAt(records, at));
                if (!filling.fits(bytes)) {
                    spill(durable);
                    startFrame(bytes);
                }
                filling.put(records, at, bytes);
                at += bytes;
            }
        }
        filling.endBatch(batch.lastRecordBytes());
        batches++;
        recordBytes += length;
    }

    /**
     * Cuts the log behind the last batch. What was spilled, and the frame returned, which the caller seals with a commit
     * mark and writes, hold everything appended; what is appended from now on comes behind them. To be called only if
     * something was appended since the last cut, so that there is a frame.
     */
    Frame cut() {
        Frame last = filling;
        place = last.end(true);
        filling = spare;
        filling.reset();
        batches = 0;
        recordBytes = 0;
        return last;
    }

    /** Takes back the frame that {@link #cut()} gave, before it is called again. */
    void giveBack(Frame frame) {
        spare = frame;
    }

    /** The batches appended since the last cut. */
    long batches() {
        return batches;
    }

    /** The bytes of records appended since the last cut. */
    long recordBytes() {
        return recordBytes;
    }

    long released() {
        return released;
    }

    void release(long beforeSequence) {
        released = beforeSequence;
    }

    /** Places the frame to be filled behind what is there, where its first record has room. */
    private void startFrame(int firstRecordBytes) {
        long sequence = place;
        if (geometry.roomBytes(sequence) < JournalLayout.FRAME_HEADER_BYTES + firstRecordBytes) {
            sequence = geometry.nextSegment(sequence);
        }
        filling.start(sequence, place, Math.min(options.frameBytes(), geometry.roomBytes(sequence)));
    }

    /** Writes the frame that is full, if there is one; the next one is to be placed then. */
    private void spill(long durable) throws IOException {
        if (filling.isStarted()) {
            long end = filling.end(false);
            segments.write(
                    filling.sequence(), filling.seal(durable, options.volumeId().getLeastSignificantBits(), false));
            place = end;
        }
    }
}
