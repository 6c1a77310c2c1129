package io.github.livededup.engine.io.disk;

import io.github.livededup.VolumeFullException;
import java.io.IOException;

/** Tells a full disk from other failures: the JDK has no type for it, only the system's words. */
final class DiskFull {
    private DiskFull() {}

    static VolumeFullException exception(String resource, IOException cause) {
        return new VolumeFullException(resource, "no space left on the disk", cause);
    }

    /** The same failure, or the typed one if it says that the disk is full. */
    static IOException typed(String resource, IOException failure) {
        String message = failure.getMessage();
        boolean full = message != null
                && (message.contains("No space left on device")
                        || message.contains("Disk quota exceeded")
                        || message.contains("not enough space on the disk"));
        return full && !(failure instanceof VolumeFullException) ? exception(resource, failure) : failure;
    }
}
