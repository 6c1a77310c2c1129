package io.github.livededup.engine.fuzz;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The frames that the superblock in force makes an opener replay, and their records, found by the format document alone. */
public final class JournalFrames {
    static final int FRAME_HEADER = 64;

    private static final int MAGIC = 0x464a444c;
    private static final int JOURNAL_START = 72;

    private JournalFrames() {}

    /**
     * A frame.
     *
     * @param file its segment
     * @param position where it starts in it
     * @param records its records
     */
    public record FoundFrame(String file, long position, List<FoundRecord> records) {}

    /**
     * A record.
     *
     * @param type its type
     * @param position where its header starts in the segment
     * @param bodyBytes the length of its body
     */
    public record FoundRecord(int type, long position, int bodyBytes) {}

    /** The frames, in order. */
    public static List<FoundFrame> of(VolumeBytes bytes) {
        ByteBuffer header = bytes.buffer("journal/000000.log", 0, VolumeBytes.PAGE);
        int segments = header.getInt(36);
        int usable = header.getInt(40) - VolumeBytes.PAGE;
        List<FoundFrame> frames = new ArrayList<>();
        long at = bytes.superblock().getLong(JOURNAL_START);
        while (true) {
            FoundFrame frame = frame(bytes, at, segments, usable);
            if (frame == null) {
                at = (at / usable + 1) * usable;
                frame = frame(bytes, at, segments, usable);
            }
            if (frame == null) {
                return frames;
            }
            frames.add(frame);
            ByteBuffer head = bytes.buffer(frame.file(), frame.position(), FRAME_HEADER);
            long alignment = (head.getInt(40) & 1) != 0 ? 4096 : 8;
            at = (head.getLong(8) + FRAME_HEADER + head.getInt(4) + alignment - 1) & -alignment;
        }
    }

    private static FoundFrame frame(VolumeBytes bytes, long at, int segments, int usable) {
        String file = "journal/00000" + at / usable % segments + ".log";
        long position = VolumeBytes.PAGE + at % usable;
        ByteBuffer head = bytes.buffer(file, position, FRAME_HEADER);
        // A frame of this round, or the one that starts a session one round ahead.
        if (head.getInt(0) != MAGIC
                || head.getLong(8) % ((long) usable * segments) != at % ((long) usable * segments)) {
            return null;
        }
        List<FoundRecord> records = new ArrayList<>();
        ByteBuffer payload = bytes.buffer(file, position + FRAME_HEADER, head.getInt(4));
        for (int from = 0; from < payload.capacity(); ) {
            int record = payload.getInt(from);
            records.add(new FoundRecord(record & 127, position + FRAME_HEADER + from, record >>> 8));
            from += 4 + (record >>> 8);
        }
        return new FoundFrame(file, position, records);
    }
}
