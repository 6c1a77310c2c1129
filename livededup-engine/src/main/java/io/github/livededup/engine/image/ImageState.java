package io.github.livededup.engine.image;

import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.MetadataReader;
import io.github.livededup.engine.store.WriteBack;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What all handles of one image share. {@link #writeLock} is held by whoever changes the image's blocks, so that a
 * read-modify-write is not overtaken; reads do not take it. What is in {@link #buffer} is newer than the map: whoever
 * looks at the map calls {@link #flushBuffered} or {@link #flushWrites} before.
 */
final class ImageState {
    final int id;
    final ReentrantLock writeLock = new ReentrantLock();
    final WriteBuffer buffer;
    final MapPages pages;
    /** Whether what lies behind the end in the last block is known to be zero; guarded by the write lock. */
    boolean isTailZero;

    private final KnownSize size = new KnownSize();
    private final WriteBuffers buffers;
    private final WriteBack writeBack;
    private final String nameAtOpen;
    private volatile boolean deleted;

    ImageState(int id, String nameAtOpen, WriteBuffers buffers, WriteBack writeBack) {
        this.id = id;
        this.nameAtOpen = nameAtOpen;
        this.buffers = buffers;
        this.writeBack = writeBack;
        buffer = new WriteBuffer(buffers.pool());
        pages = new MapPages(writeBack, id);
    }

    WriteBuffers buffers() {
        return buffers;
    }

    String nameAtOpen() {
        return nameAtOpen;
    }

    /**
     * Stores the writes that are kept in memory, so that the map holds everything. The write lock is held.
     *
     * @throws IOException if that fails; what is not stored stays readable and is tried again
     */
    void flushBuffered() throws IOException {
        if (!buffer.isEmpty()) {
            buffers.flush(this);
        }
    }

    /** As {@link #flushBuffered}, for whoever does not hold the write lock: everything written before is in the map. */
    void flushWrites() throws IOException {
        if (buffer.isEmpty()) {
            return;
        }
        writeLock.lock();
        try {
            flushBuffered();
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * To be called before blocks may become holes: sees to it that the writes beside them that are kept in memory still find
     * room when pages of the map go, and stores them if none can be set aside. The write lock is held.
     *
     * @param metadata finds what is mapped
     * @param ranges where runs of such blocks start and end, in turn, rising, none empty
     * @param rangeCount the number of runs
     * @throws IOException if metadata cannot be read, or storing fails
     */
    void keepRoom(MetadataReader metadata, long[] ranges, int rangeCount) throws IOException {
        if (buffer.isEmpty()) {
            return;
        }
        long lost = new LostPages(metadata, id, buffer, ranges, rangeCount).count();
        if (lost > 0) {
            try {
                pages.acceptLoss(lost);
            } catch (VolumeFullException e) {
                flushBuffered();
            }
        }
    }

    /** Forgets writes to blocks that are kept in memory: they are in the map by now, or void. The write lock is held. */
    void dropBuffered(long fromBlock, long toBlock) {
        if (buffer.isEmpty()) {
            return;
        }
        long[] blocks = buffer.blocks(fromBlock, toBlock);
        buffer.remove(blocks, 0, blocks.length);
        forgetAccepted(blocks.length);
    }

    /** Gives back the room that was set aside for blocks that are not stored later. The write lock is held. */
    void forgetAccepted(int blocks) {
        writeBack.giveBack(blocks, 0);
        if (buffer.isEmpty()) {
            pages.giveBack();
        }
    }

    /**
     * The image's size. It is kept here, since every read asks for it.
     *
     * @throws IOException as {@link MetadataReader#imageSizeBytes} says, or if the image was deleted
     */
    long sizeBytes(MetadataReader metadata) throws IOException {
        check();
        long known = size.look();
        if (known >= 0) {
            return known;
        }
        long asked = metadata.imageSizeBytes(id);
        size.learned(known, asked);
        return asked;
    }

    /** Notes a new size, or, if a change failed half-way, that the size must be asked for. The write lock is held. */
    void sizeChanged(boolean done, long newSizeBytes) {
        if (done) {
            size.change(newSizeBytes);
        } else {
            size.forget();
        }
    }

    void markDeleted() {
        deleted = true;
    }

    /** What to throw for something not found: of an image that is deleted, below, only the number was known by then. */
    NotFoundException named(NotFoundException notFound) {
        return deleted ? new NotFoundException(nameAtOpen, "the image was deleted", notFound) : notFound;
    }

    void check() throws NotFoundException {
        if (deleted) {
            throw new NotFoundException(nameAtOpen, "the image was deleted");
        }
    }
}
