package io.github.livededup.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Blocks of real data: the files below the running JDK's home, largest first, without blocks of zeros. */
final class JdkBlocks {
    /** The size of a block. */
    static final int BLOCK_BYTES = 4096;

    private JdkBlocks() {}

    /**
     * Reads blocks.
     *
     * @param count how many
     * @return them, one after the other
     * @throws IOException if they cannot be read, or there are fewer
     */
    static byte[] read(int count) throws IOException {
        byte[] blocks = new byte[count * BLOCK_BYTES];
        byte[] zeros = new byte[BLOCK_BYTES];
        int filled = 0;
        for (Path file : files()) {
            try (InputStream in = Files.newInputStream(file)) {
                while (filled < blocks.length && in.readNBytes(blocks, filled, BLOCK_BYTES) == BLOCK_BYTES) {
                    if (!Arrays.equals(blocks, filled, filled + BLOCK_BYTES, zeros, 0, BLOCK_BYTES)) {
                        filled += BLOCK_BYTES;
                    }
                }
            }
            if (filled == blocks.length) {
                return blocks;
            }
        }
        throw new IOException(
                System.getProperty("java.home") + ": blocks: actual=" + filled / BLOCK_BYTES + " expected=" + count);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(System.getProperty("java.home")))) {
            return all.filter(Files::isRegularFile)
                    .sorted((a, b) ->
                            Long.compare(b.toFile().length(), a.toFile().length()))
                    .toList();
        }
    }
}
