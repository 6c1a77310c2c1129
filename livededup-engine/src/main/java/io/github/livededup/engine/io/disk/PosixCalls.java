package io.github.livededup.engine.io.disk;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * System calls of Linux. It opens its own descriptors, since the JDK shows its only to those who open its packages.
 */
final class PosixCalls implements SystemCalls {
    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    private static final int MADV_WILLNEED = 3;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;
    private static final int EINTR = 4;
    private static final int ENXIO = 6;
    private static final int EBADF = 9;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;
    private static final int EDQUOT = 122;

    private final LibC system = new LibC();

    /**
     * Finds the calls.
     *
     * @throws RuntimeException if they do not work here
     * @throws LinkageError if the binding is absent
     */
    PosixCalls() {
        if (system.lseek(-1, 0, SEEK_DATA) != -1 || system.lastError() != EBADF) {
            throw new UnsupportedOperationException("the binding does not reach the system");
        }
    }

    @Override
    public Descriptor open(String path, boolean readOnly) {
        int descriptor = system.open(path, (readOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC);
        return descriptor < 0 ? Descriptor.NONE : new PosixDescriptor(path, descriptor);
    }

    @Override
    public boolean advise(MappedByteBuffer mapping, int offsetBytes, int lengthBytes, boolean needed) {
        return system.madvise(mapping, offsetBytes, lengthBytes, needed ? MADV_WILLNEED : MADV_DONTNEED) == 0;
    }

    @Override
    public @Nullable Mapping mapLargePages(int sizeBytes) {
        long start = system.mapMemory(sizeBytes);
        if (start == LibC.MAP_FAILED) {
            return null;
        }
        if (system.madvise(start, sizeBytes, MADV_HUGEPAGE) != 0) { // a system without them
            system.unmap(start, sizeBytes);
            return null;
        }
        return new Mapping(system.buffer(start, sizeBytes), () -> system.unmap(start, sizeBytes));
    }

    /** Synchronized, so that a descriptor is not closed, and its number given to another file, while it is used. */
    private final class PosixDescriptor implements Descriptor {
        private final String path;
        private int number;

        PosixDescriptor(String path, int number) {
            this.path = path;
            this.number = number;
        }

        @Override
        public boolean allocate(long positionBytes, long lengthBytes) throws IOException {
            // Space first: what fails leaves the size as it was.
            if (!fallocate(FALLOC_FL_KEEP_SIZE, positionBytes, lengthBytes)) {
                return false;
            }
            // Only then is the size changed; unlike ftruncate this never makes the file shorter.
            return fallocate(0, positionBytes, lengthBytes);
        }

        @Override
        public boolean punch(long positionBytes, long lengthBytes) throws IOException {
            return fallocate(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, positionBytes, lengthBytes);
        }

        private synchronized boolean fallocate(int mode, long positionBytes, long lengthBytes) throws IOException {
            int error;
            do {
                if (number < 0) {
                    return false;
                }
                if (system.fallocate(number, mode, positionBytes, lengthBytes) == 0) {
                    return true;
                }
                error = system.lastError();
            } while (error == EINTR);
            if (error == EOPNOTSUPP || error == ENOSYS) {
                return false;
            }
            throw failure(error);
        }

        @Override
        public synchronized void startWriting(long positionBytes, long lengthBytes) {
            // Without the flags that wait it neither looks for errors nor takes them from whoever forces the file.
            if (number >= 0) {
                system.syncFileRange(number, positionBytes, lengthBytes, SYNC_FILE_RANGE_WRITE);
            }
        }

        @Override
        public synchronized long seek(long positionBytes, boolean data) throws IOException {
            if (number < 0) {
                return CANNOT_TELL;
            }
            long found = system.lseek(number, positionBytes, data ? SEEK_DATA : SEEK_HOLE);
            if (found >= 0) {
                return found;
            }
            int error = system.lastError();
            if (error == ENXIO) {
                return NO_MORE;
            }
            if (error == EINVAL || error == EOPNOTSUPP) {
                return CANNOT_TELL;
            }
            throw failure(error);
        }

        @Override
        public synchronized void close() {
            if (number >= 0) {
                system.close(number);
                number = -1;
            }
        }

        private IOException failure(int error) throws IOException {
            String reason = system.strerror(error);
            if (error == ENOSPC || error == EDQUOT) {
                throw DiskFull.exception(path, new IOException(reason));
            }
            return new IOException(path + ": " + reason);
        }
    }
}
