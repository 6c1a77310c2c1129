package io.github.livededup.engine.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C over ranges of buffers, as {@link Checksums} makes it, without an object a call: the view of the last buffer is kept
 * for the next range of it. For one thread at a time.
 */
public final class RangeChecksum {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final CRC32C crc = new CRC32C();
    private ByteBuffer viewed = NOTHING;
    private ByteBuffer view = NOTHING;

    /**
     * The checksum of a range of a buffer.
     *
     * @param buffer heap or direct; position and limit stay. A direct one is remembered until the next call with another
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
                viewed = buffer;
                view = buffer.duplicate();
            }
            crc.update(view.limit(from + lengthBytes).position(from));
        }
        return (int) crc.getValue();
    }
}
