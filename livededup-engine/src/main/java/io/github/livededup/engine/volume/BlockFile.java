package io.github.livededup.engine.volume;

import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** {@code blocks.dat}, and whether it was written since it was last forced. */
final class BlockFile {
    private final VolumeFile file;
    private final ReentrantLock forcing = new ReentrantLock();
    private volatile boolean dirty;

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

    /** Forces what was written. Two at once wait for each other, so that none returns before what it covers is durable. */
    void force() throws IOException {
        forcing.lock();
        try {
            if (dirty) {
                dirty = false;
                boolean done = false;
                try {
                    file.force();
                    done = true;
                } finally {
                    dirty |= !done;
                }
            }
        } finally {
            forcing.unlock();
        }
    }
}
