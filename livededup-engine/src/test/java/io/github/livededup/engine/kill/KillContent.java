package io.github.livededup.engine.kill;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Blocks that are known by a number: 0 is the zero block, any other one starts with its number. */
final class KillContent {
    static final int BLOCK_BYTES = 4096;
    /** A block that is none of ours. */
    static final long UNKNOWN = -1;

    private static final int RANDOM_BYTES = 1500;

    private KillContent() {}

    static byte[] of(long id) {
        byte[] block = new byte[BLOCK_BYTES];
        if (id != 0) {
            ByteBuffer bytes = ByteBuffer.wrap(block).putLong(id);
            SplittableRandom random = new SplittableRandom(id);
            while (bytes.position() < RANDOM_BYTES) {
                bytes.putLong(random.nextLong());
            }
        }
        return block;
    }

    static ByteBuffer of(long[] ids) {
        ByteBuffer blocks = ByteBuffer.allocate(ids.length * BLOCK_BYTES);
        for (long id : ids) {
            blocks.put(of(id));
        }
        return blocks.flip();
    }

    /** The number of the block at the buffer's position, which moves behind it; {@link #UNKNOWN} if one byte is wrong. */
    static long id(ByteBuffer from) {
        byte[] block = new byte[BLOCK_BYTES];
        from.get(block);
        long id = ByteBuffer.wrap(block).getLong();
        return Arrays.equals(block, of(id)) ? id : UNKNOWN;
    }
}
