package io.github.livededup.engine.image;

import io.github.livededup.NotFoundException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What all handles of one image share. {@link #writeLock} is held by whoever changes the image's blocks, so that a
 * read-modify-write is not overtaken; reads do not take it.
 */
final class ImageState {
    final int id;
    final ReentrantLock writeLock = new ReentrantLock();
    private final String nameAtOpen;
    private volatile boolean deleted;

    ImageState(int id, String nameAtOpen) {
        this.id = id;
        this.nameAtOpen = nameAtOpen;
    }

    String nameAtOpen() {
        return nameAtOpen;
    }

    /**
     * Stores the writes that are kept in memory, so that the map holds everything. The write lock is held.
     *
     * @throws IOException if that fails; what is not stored stays readable and is tried again
     */
    void flushBuffered() throws IOException {}

    /** As {@link #flushBuffered}, for whoever does not hold the write lock: everything written before is in the map. */
    void flushWrites() throws IOException {
        writeLock.lock();
        try {
            flushBuffered();
        } finally {
            writeLock.unlock();
        }
    }

    void markDeleted() {
        deleted = true;
    }

    void check() throws NotFoundException {
        if (deleted) {
            throw new NotFoundException(nameAtOpen, "the image was deleted");
        }
    }
}
