package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Reading and writing what is in files. Writes within a file go on beside each other; changes of its size do not. */
final class FileData {
    /** As {@code relatime}: the time of reading is kept if it says more than the time of writing, or is a day old. */
    private static final long ACCESS_TIME_STEP_NANOS = TimeUnit.DAYS.toNanos(1);

    private static final long FIRST_WINDOW_BYTES = 1 << 20;
    /** Each window costs a look at the run that it begins with, up to that one's end, so they had better be few. */
    private static final int WINDOW_GROWTH = 16;

    private static final long MAX_WINDOW_BYTES = 16L << 30;

    private final TreeStore store;
    private final SpaceGuard space;

    FileData(TreeStore store, SpaceGuard space) {
        this.store = store;
        this.space = space;
    }

    int read(OpenFile file, ByteBuffer into, long offset) throws IOException {
        Inode inode = file.inode();
        int before = into.position();
        Lock lock = inode.dataLock().readLock();
        lock.lock();
        try {
            while (into.hasRemaining() && file.image().read(into, offset + into.position() - before) > 0) {
                // until the end
            }
        } finally {
            lock.unlock();
        }
        touchAccess(inode);
        return into.position() - before;
    }

    private void touchAccess(Inode inode) {
        Attributes attributes = inode.attributes();
        long now = Clock.nowNanos();
        boolean isTelling = attributes.accessNanos() <= Math.max(attributes.modifyNanos(), attributes.changeNanos())
                || now - attributes.accessNanos() > ACCESS_TIME_STEP_NANOS;
        if (isTelling && !store.isReadOnly()) {
            store.touch(inode, present -> present.withTimes(now, present.modifyNanos(), present.changeNanos()));
        }
    }

    void write(OpenFile file, ByteBuffer from, long offset) throws IOException {
        requireWritable(file);
        Inode inode = file.inode();
        long end = offset + from.remaining();
        if (end > ImageStore.MAX_IMAGE_SIZE_BYTES || end < 0) {
            throw new ErrnoException(Errno.EFBIG);
        }
        space.admit(from.remaining());
        Lock lock = inode.dataLock().readLock();
        lock.lock();
        try {
            if (end <= inode.sizeBytes()) {
                file.image().write(from, offset);
                changed(file);
                return;
            }
        } finally {
            lock.unlock();
        }
        Lock sizeLock = inode.dataLock().writeLock();
        sizeLock.lock();
        try {
            growAndWrite(file, from, offset, end);
            changed(file);
        } finally {
            sizeLock.unlock();
        }
    }

    /** Writes behind the end, wherever that is by now. */
    void append(OpenFile file, ByteBuffer from) throws IOException {
        requireWritable(file);
        space.admit(from.remaining());
        Lock sizeLock = file.inode().dataLock().writeLock();
        sizeLock.lock();
        try {
            long offset = file.inode().sizeBytes();
            long end = offset + from.remaining();
            if (end > ImageStore.MAX_IMAGE_SIZE_BYTES) {
                throw new ErrnoException(Errno.EFBIG);
            }
            growAndWrite(file, from, offset, end);
            changed(file);
        } finally {
            sizeLock.unlock();
        }
    }

    private static void growAndWrite(OpenFile file, ByteBuffer from, long offset, long end) throws IOException {
        Inode inode = file.inode();
        Image image = file.image();
        long size = inode.sizeBytes();
        cutOffRest(file);
        try {
            if (offset == size) {
                image.append(from);
            } else {
                if (end > size) {
                    image.resize(end);
                }
                image.write(from, offset);
            }
            inode.setSizeBytes(Math.max(size, end));
        } catch (Throwable e) { // such as a lack of memory
            try {
                image.resize(size);
            } catch (Throwable suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    void truncate(OpenFile file, long size) throws IOException {
        requireWritable(file);
        if (size > ImageStore.MAX_IMAGE_SIZE_BYTES) {
            throw new ErrnoException(Errno.EFBIG);
        }
        if (size < 0) {
            throw new ErrnoException(Errno.EINVAL);
        }
        Inode inode = file.inode();
        Lock lock = inode.dataLock().writeLock();
        lock.lock();
        try {
            cutOffRest(file);
            if (size != inode.sizeBytes()) {
                resize(file, size);
            }
            changed(file);
        } finally {
            lock.unlock();
        }
    }

    /** A write that failed may have left an image that is longer than its file: what is in there is no part of what is added. */
    private static void cutOffRest(OpenFile file) throws IOException {
        long size = file.inode().sizeBytes();
        if (file.image().sizeBytes() != size) {
            file.image().resize(size);
        }
    }

    /** Whatever is thrown, the file's size is the image's. */
    private static void resize(OpenFile file, long size) throws IOException {
        try {
            file.image().resize(size);
        } finally {
            file.inode().setSizeBytes(file.image().sizeBytes());
        }
    }

    /** Turns a range into a hole; what lies past the end is left alone, unless the file is to grow. */
    void punchHole(OpenFile file, long offset, long length, boolean grows) throws IOException {
        requireWritable(file);
        if (offset < 0 || length <= 0) {
            throw new ErrnoException(Errno.EINVAL);
        }
        if (grows && length > ImageStore.MAX_IMAGE_SIZE_BYTES - offset) {
            throw new ErrnoException(Errno.EFBIG);
        }
        Inode inode = file.inode();
        Lock lock = inode.dataLock().writeLock();
        lock.lock();
        try {
            cutOffRest(file);
            if (grows && offset + length > inode.sizeBytes()) {
                resize(file, offset + length);
            }
            long within = Math.min(length, inode.sizeBytes() - offset);
            if (within > 0) {
                file.image().discard(offset, within);
                changed(file);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Where data, or a hole, is at or after an offset. Asks for windows: a list of all extents of a scattered file may be long. */
    long seek(OpenFile file, long offset, boolean wantsData) throws IOException {
        Lock lock = file.inode().dataLock().readLock();
        lock.lock();
        try {
            long size = file.inode().sizeBytes();
            if (offset < 0 || offset >= size) {
                throw new ErrnoException(Errno.ENXIO);
            }
            long windowBytes = FIRST_WINDOW_BYTES;
            long start = offset;
            while (start < size) {
                for (Extent extent : file.image().extents(start, windowBytes)) {
                    if (extent.isData() == wantsData) {
                        return extent.positionBytes();
                    }
                }
                start += windowBytes;
                windowBytes = Math.min(WINDOW_GROWTH * windowBytes, MAX_WINDOW_BYTES);
            }
            if (wantsData) {
                throw new ErrnoException(Errno.ENXIO);
            }
            return size;
        } finally {
            lock.unlock();
        }
    }

    private void requireWritable(OpenFile file) throws ErrnoException {
        if (store.isReadOnly() || file.image().isReadOnly()) {
            throw new ErrnoException(Errno.EROFS);
        }
    }

    private void changed(OpenFile file) {
        long now = Clock.nowNanos();
        file.setChanged();
        file.inode().setStoredBlocks(-1);
        store.touch(file.inode(), present -> present.modified(now));
    }
}
