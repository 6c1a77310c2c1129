package io.github.livededup.engine.volume;

import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** {@code blocks.dat}, whether it was written since it was last forced, and whether a force failed. */
final class BlockFile {
    private final VolumeFile file;
    private final ReentrantLock forcing = new ReentrantLock();
    private volatile boolean dirty;
    /** What the first force that failed threw; guarded by the lock. */
    private @Nullable Throwable failure;

    BlockFile(VolumeFile file) {
        this.file = file;
    }

    VolumeFile file() {
        return file;
    }

    String description() {
        return file.description();
    }

    /** Writes; dirty afterwards and not before, or a force in between would take the mark away. */
    void write(ByteBuffer from, long positionBytes) throws IOException {
        try {
            file.write(from, positionBytes);
        } finally {
            dirty = true;
        }
    }

    /** Makes the file at least so long. One at a time: resizing after another thread did would cut off its group. */
    synchronized void growTo(long sizeBytes) throws IOException {
        if (file.sizeBytes() < sizeBytes) {
            file.resize(sizeBytes);
        }
    }

    boolean isDirty() {
        return dirty;
    }

    /**
     * Forces what was written. Two at once wait for each other, so that none returns before what it covers is durable. After a force that failed there is
     * none any more, for the next one would go well although it covers nothing of what this one was to; the one that waited is refused before anybody
     * can have told the volume of the failure.
     *
     * @throws VolumeFailedException if an earlier force failed
     */
    void force() throws IOException {
        forcing.lock();
        try {
            Throwable first = failure;
            if (first != null) {
                throw new VolumeFailedException(
                        description(), "not forced again, since an earlier force failed: " + first, first);
            }
            if (dirty) {
                dirty = false;
                forceFile();
            }
        } finally {
            forcing.unlock();
        }
    }

    private void forceFile() throws IOException {
        try {
            file.force();
        } catch (Throwable e) {
            dirty = true;
            failure = e;
            throw e;
        }
    }
}
