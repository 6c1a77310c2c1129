package io.github.livededup.engine.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * CRC32C over ranges of buffers, as {@link Checksums} makes it, without an object a call: the views of the last buffers are kept
 * for the next ranges of them. For one thread at a time.
 */
public final class RangeChecksum {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    /** Views kept: of as many mapped block groups, which random reads alternate between. */
    private static final int LINES = 64;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer viewed = NOTHING;
    private ByteBuffer view = NOTHING;
    /** By the buffer's identity; made with the second buffer, since most see one only. */
    private ByteBuffer @Nullable [] views;

    private ByteBuffer @Nullable [] buffers;

    /**
     * The checksum of a range of a buffer.
     *
     * @param buffer heap or direct; position and limit stay. A direct one is remembered, and not touched but by a call that names it
     * @param from where the range starts, absolute
     * @param lengthBytes how long it is
     * @return the checksum
     */
    @SuppressWarnings("ReferenceEquality") // the view is of this very buffer, not of an equal one
    public int crc32c(ByteBuffer buffer, int from, int lengthBytes) {
        crc.reset();
        if (buffer.hasArray()) {
            crc.update(buffer.array(), buffer.arrayOffset() + from, lengthBytes);
        } else {
            if (viewed != buffer) {
                view = view(buffer);
                viewed = buffer;
            }
            crc.update(view.limit(from + lengthBytes).position(from));
        }
        return (int) crc.getValue();
    }

    @SuppressWarnings("ReferenceEquality")
    private ByteBuffer view(ByteBuffer buffer) {
        if (viewed == NOTHING) {
            return buffer.duplicate();
        }
        ByteBuffer[] of = buffers;
        ByteBuffer[] kept = views;
        if (of == null || kept == null) {
            of = new ByteBuffer[LINES];
            kept = new ByteBuffer[LINES];
            buffers = of;
            views = kept;
        }
        int line = System.identityHashCode(buffer) & (LINES - 1);
        if (of[line] != buffer) {
            kept[line] = buffer.duplicate();
            of[line] = buffer;
        }
        return kept[line];
    }
}
