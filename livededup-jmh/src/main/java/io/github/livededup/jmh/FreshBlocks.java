package io.github.livededup.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Blocks of real data, each made different from every other by a number in its first bytes; not for several threads. */
final class FreshBlocks {
    private static final int BLOCKS = 16_384;

    private final ByteBuffer blocks;
    private long made;

    /**
     * Reads the real data.
     *
     * @throws IOException if that fails
     */
    FreshBlocks() throws IOException {
        byte[] bytes = JdkBlocks.read(BLOCKS);
        blocks = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    }

    /** The next block, as it is in the JDK: the same comes again after 64 MiB. */
    ByteBuffer known() {
        return at((int) (made++ % BLOCKS));
    }

    /** The next block, which no call gave before. */
    ByteBuffer fresh() {
        ByteBuffer block = at((int) (made % BLOCKS));
        return block.putLong(0, ++made);
    }

    private ByteBuffer at(int block) {
        return blocks.slice(block * JdkBlocks.BLOCK_BYTES, JdkBlocks.BLOCK_BYTES);
    }
}
