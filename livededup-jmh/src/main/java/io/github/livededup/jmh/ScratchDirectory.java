package io.github.livededup.jmh;

import io.github.livededup.engine.io.disk.DiskDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A locked directory below the system's temporary one for an index without its volume; removed when it is closed. */
final class ScratchDirectory implements Closeable {
    private static final String INDEX = "index";

    private final Path folder;
    private final DiskDirectory disk;

    ScratchDirectory() throws IOException {
        folder = Files.createTempDirectory("livededup-jmh");
        disk = DiskDirectory.createLocked(folder.resolve("volume"));
    }

    DiskDirectory disk() {
        return disk;
    }

    /** Removes it with the index in it, which is closed by now. */
    @Override
    public void close() throws IOException {
        for (String name : disk.list(INDEX)) {
            disk.delete(INDEX + "/" + name);
        }
        disk.delete(INDEX);
        disk.closeAndRemove();
        Files.delete(folder);
    }
}
