package io.github.livededup.engine.io.disk;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes creations, renames and deletions in a directory durable. */
final class DirectoryForce {
    private DirectoryForce() {}

    /**
     * Forces a directory. Repeated after an interrupt, which a file must not be: a file system that fails to write its own
     * metadata stops altogether, so the repetition fails too.
     */
    static void force(Path directory) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException interruption) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
