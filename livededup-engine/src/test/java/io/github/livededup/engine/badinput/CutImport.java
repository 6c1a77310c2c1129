package io.github.livededup.engine.badinput;

import io.github.livededup.CompactionOptions;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;

/** An import that a crash cut short. */
final class CutImport {
    private static final int BLOCK = 4096;

    private CutImport() {}

    /**
     * Deletes all images, imports one, and returns the disk as it was after a checkpoint when three quarters of that had been read.
     *
     * @param volume an open volume with an image in a group of its own
     * @param directory its directory
     * @param blocks the blocks of what is imported, all different
     */
    static MemoryDirectory of(Volume volume, MemoryDirectory directory, int blocks) throws IOException {
        for (var info : volume.images().list()) {
            volume.images().delete(info.name());
        }
        byte[] bytes = TestData.distinctBlocks(BLOCK, 30_000, blocks);
        MemoryDirectory[] crashed = new MemoryDirectory[1];
        ByteArrayInputStream source = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                if (available() < bytes.length / 4 && crashed[0] == null) {
                    crashed[0] = checkpointed(volume, directory);
                }
                return super.read(into, from, Math.min(length, 16 * BLOCK));
            }
        };
        volume.images().importChannel(Channels.newChannel(source), "imported", TransferOptions.defaults());
        return crashed[0];
    }

    private static MemoryDirectory checkpointed(Volume volume, MemoryDirectory directory) {
        try {
            volume.compact(CompactionOptions.defaults()); // ends with a checkpoint, as there is something to free
            return directory.copy();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
