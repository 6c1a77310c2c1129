package io.github.livededup.engine.store;

import java.nio.ByteBuffer;

/** Tells blocks of zeros from others. */
public final class ZeroTest {
    private static final int STEP_BYTES = 64;

    private ZeroTest() {}

    /**
     * Whether a range is all zero. Most data differs in its first bytes, and is told at once.
     *
     * @param buffer any buffer; position and limit stay
     * @param from where the range starts
     * @param lengthBytes its length, a multiple of 64
     * @return true if every byte is 0
     */
    public static boolean isZero(ByteBuffer buffer, int from, int lengthBytes) {
        for (int at = from, end = from + lengthBytes; at < end; at += STEP_BYTES) {
            long any = buffer.getLong(at)
                    | buffer.getLong(at + 8)
                    | buffer.getLong(at + 16)
                    | buffer.getLong(at + 24)
                    | buffer.getLong(at + 32)
                    | buffer.getLong(at + 40)
                    | buffer.getLong(at + 48)
                    | buffer.getLong(at + 56);
            if (any != 0) {
                return false;
            }
        }
        return true;
    }
}
