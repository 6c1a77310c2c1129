package io.github.livededup.jmh.soak;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What an image must hold.
 *
 * @param name its name
 * @param isSnapshot whether it cannot be changed
 * @param blocks the numbers of its blocks, see {@link Content}; changed in place
 */
record ImageModel(String name, boolean isSnapshot, int[] blocks) {
    private static final int BUFFER_BLOCKS = 64;

    /** The same content under another name. */
    ImageModel copy(String newName, boolean snapshot) {
        return new ImageModel(newName, snapshot, blocks.clone());
    }

    long sizeBytes() {
        return (long) blocks.length * Content.BLOCK_BYTES;
    }

    /** Puts blocks of consecutive numbers in. */
    void fill(int at, int count, int firstBlock) {
        for (int i = 0; i < count; i++) {
            blocks[at + i] = firstBlock + i;
        }
    }

    /** Makes a hole. */
    void clear(int at, int count) {
        Arrays.fill(blocks, at, at + count, 0);
    }

    /** Writes its content to a new file with holes. */
    void writeTo(Path file) throws IOException {
        ByteBuffer buffer = Content.buffer(BUFFER_BLOCKS);
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ)) {
            int at = 0;
            while (at < blocks.length) {
                int end = Math.min(blocks.length, at + BUFFER_BLOCKS);
                buffer.clear();
                boolean isHole = true;
                for (int i = at; i < end; i++) {
                    Content.put(blocks[i], buffer);
                    isHole &= blocks[i] == 0;
                }
                if (!isHole || end == blocks.length) {
                    channel.write(buffer.flip(), (long) at * Content.BLOCK_BYTES);
                }
                at = end;
            }
        }
    }

    /** Compares its content with a file's. */
    void compareWith(Path file) throws IOException {
        ByteBuffer buffer = Content.buffer(BUFFER_BLOCKS);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != sizeBytes()) {
                throw new IllegalStateException(name + ": size: actual=" + channel.size() + " expected=" + sizeBytes());
            }
            for (int at = 0; at < blocks.length; at += BUFFER_BLOCKS) {
                buffer.clear().limit(Math.min(BUFFER_BLOCKS, blocks.length - at) * Content.BLOCK_BYTES);
                while (buffer.hasRemaining()
                        && channel.read(buffer, (long) at * Content.BLOCK_BYTES + buffer.position()) >= 0) {
                    // goes on
                }
                compareWith(buffer, at, buffer.limit() / Content.BLOCK_BYTES);
            }
        }
    }

    /** Compares some blocks with what was read. */
    void compareWith(ByteBuffer read, int at, int count) {
        for (int i = 0; i < count; i++) {
            if (!Content.isAt(blocks[at + i], read, i * Content.BLOCK_BYTES)) {
                throw new IllegalStateException(name + ": block " + (at + i) + ": actual="
                        + read.getLong(i * Content.BLOCK_BYTES) + "… expected=content " + blocks[at + i]);
            }
        }
    }
}
