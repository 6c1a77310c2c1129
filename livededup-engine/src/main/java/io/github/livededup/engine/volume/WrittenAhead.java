package io.github.livededup.engine.volume;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;

/**
 * Zeros behind the data of a group that gets one small flush after the other, written when a flush is done. Where space is
 * reserved and was never written, a force has to wait for a change of the file system's own structures as well, and takes twice
 * as long; now one in several pays for that, while the caller is busy with what comes next. It takes no space that is not
 * reserved, nothing that is stored depends on it, and such a stream writes its blocks' space twice. Used under its group's lock.
 */
final class WrittenAhead {
    /** Several flushes of 64 blocks; large enough for the disk, and written to the page cache in a tenth of a millisecond. */
    static final int AHEAD_BYTES = 512 << 10;
    /** What is larger takes so long that the rest does not matter. */
    static final int SMALL_FLUSH_BYTES = 256 << 10;
    /** So many small flushes, with no other between them, are a stream. */
    static final int STREAM = 3;

    private static final Logger LOG = System.getLogger(WrittenAhead.class.getName());
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(TouchedWindows.WINDOW_BYTES);

    private int smallFlushes;
    private int lastFlushBytes;
    /** What lies below, from the last flush on, is written. */
    private int writtenEnd;

    /** Data was written. */
    void flushed(int bytes) {
        smallFlushes = bytes > SMALL_FLUSH_BYTES ? 0 : Math.min(STREAM, smallFlushes + 1);
        lastFlushBytes = bytes;
    }

    /** The space from an offset on was given back. */
    void cutTo(int end) {
        writtenEnd = Math.min(writtenEnd, end);
    }

    /**
     * Writes ahead, if there is a stream and the next flush like the last one would go beyond what is written. That it cannot
     * be written is no failure: there will be no stream then before the next small flushes.
     *
     * @param start the group's, in the file
     * @param flushedEnd where the data ends that is in the file
     * @param allocatedEnd where the reserved space ends
     */
    void write(BlockFile file, long start, int flushedEnd, int allocatedEnd) {
        if (smallFlushes < STREAM || writtenEnd - flushedEnd >= lastFlushBytes) {
            return;
        }
        int from = Math.max(writtenEnd, GroupAppender.pageEnd(flushedEnd));
        int end = Math.min(allocatedEnd, from + AHEAD_BYTES);
        if (from >= end) {
            return;
        }
        try {
            ByteBuffer zeros = ZEROS.duplicate();
            for (int at = from, to; at < end; at = to) {
                to = Math.min(end, at + TouchedWindows.leftInWindow(at));
                file.file().write(zeros.clear().limit(to - at), start + at);
            }
            file.file().startWriting(start + from, end - from);
            writtenEnd = end;
        } catch (IOException e) {
            smallFlushes = 0;
            LOG.log(Level.DEBUG, "{0}: not written ahead: {1}", file.description(), e.getMessage());
        }
    }
}
