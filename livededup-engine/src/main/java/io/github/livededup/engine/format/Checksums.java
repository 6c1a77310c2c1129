package io.github.livededup.engine.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C (Castagnoli, as iSCSI's in RFC 3720) over ranges; allocates only what the JIT removes. */
public final class Checksums {
    private Checksums() {}

    /**
     * The checksum of a range of a buffer.
     *
     * @param buffer heap or direct; position and limit stay
     * @param from where the range starts, absolute
     * @param lengthBytes how long it is
     * @return the checksum
     */
    public static int crc32c(ByteBuffer buffer, int from, int lengthBytes) {
        CRC32C crc = new CRC32C();
        update(crc, buffer, from, lengthBytes);
        return (int) crc.getValue();
    }

    /** Has a checksum take in a range of a buffer, whose position and limit stay. */
    static void update(CRC32C crc, ByteBuffer buffer, int from, int lengthBytes) {
        if (buffer.hasArray()) {
            crc.update(buffer.array(), buffer.arrayOffset() + from, lengthBytes);
        } else {
            crc.update(buffer.duplicate().limit(from + lengthBytes).position(from));
        }
    }

    /**
     * The checksum of a range of an array.
     *
     * @param bytes the array
     * @param from where the range starts
     * @param lengthBytes how long it is
     * @return the checksum
     */
    public static int crc32c(byte[] bytes, int from, int lengthBytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, lengthBytes);
        return (int) crc.getValue();
    }
}
