package io.github.livededup.engine.io.disk;

import io.github.livededup.ReadOnlyException;
import java.io.IOException;
import java.nio.file.Path;

/** Tells a file system that is mounted for reading only from other failures: as {@link DiskFull}, by the system's words. */
final class ReadOnlyDisk {
    private ReadOnlyDisk() {}

    /** The same failure, or the typed one if it says that the file system cannot be written to. */
    static IOException typed(Path path, IOException failure) {
        String message = failure.getMessage();
        boolean readOnly = message != null && message.contains("Read-only file system");
        return readOnly
                ? new ReadOnlyException(
                        path.toString(), "file system: actual=mounted for reading only expected=writable", failure)
                : failure;
    }
}
