package io.github.livededup.engine.journal;

import io.github.livededup.engine.format.JournalLayout;
import java.util.UUID;

/**
 * How a journal is created or opened.
 *
 * @param volumeId the volume it belongs to
 * @param segmentCount its number of files, from 2 to 256; an existing journal keeps its own
 * @param segmentBytes the size of each, a multiple of 4096, at least 8192; an existing journal keeps its own
 * @param frameBytes what is buffered before it is written, from 256 to {@link JournalLayout#MAX_FRAME_BYTES}
 * @param readOnly whether it is opened only to be replayed; nothing is written then
 * @param cleanStart whether it is known that there is nothing behind the sequence it is opened at, so that committed
 *     frames that are cut off by damage need not be looked for
 * @param acceptLoss whether it is opened although committed batches are lost; see {@link Journal#loss()}
 */
public record JournalOptions(
        UUID volumeId,
        int segmentCount,
        int segmentBytes,
        int frameBytes,
        boolean readOnly,
        boolean cleanStart,
        boolean acceptLoss) {
    static final int MAX_SEGMENTS = 256;
    static final int MIN_SEGMENT_BYTES = JournalLayout.SEGMENT_HEADER_BYTES + JournalLayout.COMMIT_ALIGNMENT_BYTES;
    private static final int MIN_FRAME_BYTES = 256;
    private static final int DEFAULT_SEGMENTS = 4;
    private static final int DEFAULT_SEGMENT_BYTES = 16 << 20;

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    public JournalOptions {
        if (!isGeometry(segmentCount, segmentBytes)) {
            throw new IllegalArgumentException("journal: actual=" + segmentCount + " x " + segmentBytes
                    + " expected=2.." + MAX_SEGMENTS + " x a multiple of " + JournalLayout.COMMIT_ALIGNMENT_BYTES);
        }
        if (frameBytes < MIN_FRAME_BYTES || frameBytes > JournalLayout.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("frameBytes: actual=" + frameBytes + " expected=" + MIN_FRAME_BYTES
                    + ".." + JournalLayout.MAX_FRAME_BYTES);
        }
    }

    /**
     * Four segments of 16 MiB, frames of 1 MiB.
     *
     * @param volumeId the volume
     * @return the options
     */
    public static JournalOptions defaults(UUID volumeId) {
        return new JournalOptions(
                volumeId, DEFAULT_SEGMENTS, DEFAULT_SEGMENT_BYTES, JournalLayout.MAX_FRAME_BYTES, false, false, false);
    }

    /**
     * These options with another size.
     *
     * @param count the number of segments
     * @param bytes the size of each
     * @return new options
     */
    public JournalOptions withSegments(int count, int bytes) {
        return new JournalOptions(volumeId, count, bytes, frameBytes, readOnly, cleanStart, acceptLoss);
    }

    /**
     * These options with another length of frames.
     *
     * @param bytes what is buffered before it is written
     * @return new options
     */
    public JournalOptions withFrameBytes(int bytes) {
        return new JournalOptions(volumeId, segmentCount, segmentBytes, bytes, readOnly, cleanStart, acceptLoss);
    }

    /**
     * These options for replay only, or not.
     *
     * @param value whether the journal is opened only to be replayed
     * @return new options
     */
    public JournalOptions withReadOnly(boolean value) {
        return new JournalOptions(volumeId, segmentCount, segmentBytes, frameBytes, value, cleanStart, acceptLoss);
    }

    /**
     * These options for a volume that was closed cleanly, or not.
     *
     * @param value whether an intact superblock says that there is nothing to replay
     * @return new options
     */
    public JournalOptions withCleanStart(boolean value) {
        return new JournalOptions(volumeId, segmentCount, segmentBytes, frameBytes, readOnly, value, acceptLoss);
    }

    /**
     * These options for a journal of which committed batches may be lost, or not.
     *
     * @param value whether it is opened all the same, and goes on beyond everything that is in it
     * @return new options
     */
    public JournalOptions withAcceptLoss(boolean value) {
        return new JournalOptions(volumeId, segmentCount, segmentBytes, frameBytes, readOnly, cleanStart, value);
    }

    static boolean isGeometry(int segmentCount, int segmentBytes) {
        return segmentCount >= 2
                && segmentCount <= MAX_SEGMENTS
                && segmentBytes >= MIN_SEGMENT_BYTES
                && segmentBytes % JournalLayout.COMMIT_ALIGNMENT_BYTES == 0;
    }
}
