package io.github.livededup.engine.contract;

import io.github.livededup.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Bytes to store, the same for the same seed. */
public final class TestData {
    private TestData() {}

    /** Bytes that do not compress. */
    public static byte[] random(int lengthBytes, long seed) {
        byte[] bytes = new byte[lengthBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Bytes that compress well. */
    public static byte[] text(int lengthBytes, long seed) {
        byte[] line =
                ("line " + seed + " of a file that says the same over and over\n").getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = line[i % line.length];
        }
        return bytes;
    }

    /** A block that is unlike that of any other seed; every second one compresses. Never zero. */
    public static byte[] block(int lengthBytes, long seed) {
        return seed % 2 == 0 ? text(lengthBytes, seed) : random(lengthBytes, seed);
    }

    /** Blocks of several seeds, one after the other; seed 0 stands for a block of zeros. */
    public static byte[] blocks(int blockSizeBytes, long... seeds) {
        ByteBuffer all = ByteBuffer.allocate(blockSizeBytes * seeds.length);
        for (long seed : seeds) {
            all.put(seed == 0 ? new byte[blockSizeBytes] : block(blockSizeBytes, seed));
        }
        return all.array();
    }

    /** Distinct blocks of consecutive seeds. */
    public static byte[] distinctBlocks(int blockSizeBytes, long firstSeed, int count) {
        ByteBuffer all = ByteBuffer.allocate(blockSizeBytes * count);
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            all.put(block(blockSizeBytes, seed));
        }
        return all.array();
    }

    /** A direct buffer of these bytes, ready to be read. */
    public static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** A range of an image; it must lie within. */
    public static byte[] read(Image image, long positionBytes, int lengthBytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(lengthBytes);
        int count = image.read(into, positionBytes);
        if (lengthBytes > 0 && count != lengthBytes) {
            throw new AssertionError("read " + count + " bytes of " + lengthBytes + " at " + positionBytes);
        }
        return into.array();
    }

    /** All of an image. */
    public static byte[] readAll(Image image) throws IOException {
        return read(image, 0, Math.toIntExact(image.sizeBytes()));
    }
}
