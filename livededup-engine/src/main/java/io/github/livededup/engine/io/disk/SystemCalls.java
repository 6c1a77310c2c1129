package io.github.livededup.engine.io.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK does not offer of the operating system. {@link #detected()} is the POSIX binding where it works, else
 * {@link #NONE}, with which every question is answered by "cannot tell" and every request by "cannot do".
 */
interface SystemCalls {
    /** A descriptor of one file, apart from the JDK's own. Safe for use by many threads. */
    interface Descriptor extends Closeable {
        /** A descriptor that can do nothing. */
        Descriptor NONE = new Descriptor() {
            @Override
            public boolean allocate(long positionBytes, long lengthBytes) {
                return false;
            }

            @Override
            public boolean punch(long positionBytes, long lengthBytes) {
                return false;
            }

            @Override
            public void startWriting(long positionBytes, long lengthBytes) {}

            @Override
            public long seek(long positionBytes, boolean data) {
                return CANNOT_TELL;
            }

            @Override
            public void close() {}
        };

        /**
         * Reserves space; the file grows if it ends before.
         *
         * @return whether this is possible here
         * @throws IOException if it is possible and failed
         */
        boolean allocate(long positionBytes, long lengthBytes) throws IOException;

        /**
         * Gives space back.
         *
         * @return whether this is possible here
         * @throws IOException if it is possible and failed
         */
        boolean punch(long positionBytes, long lengthBytes) throws IOException;

        /**
         * Has the system begin to write a range to the disk; a hint, which does nothing where it cannot be given. An error of that
         * writing is told by the next force of every descriptor of the file.
         */
        void startWriting(long positionBytes, long lengthBytes);

        /**
         * The next data or hole.
         *
         * @return its position, {@link #CANNOT_TELL}, or {@link #NO_MORE} if there is none up to the end of the file
         * @throws IOException if it fails
         */
        long seek(long positionBytes, boolean data) throws IOException;

        @Override
        void close();
    }

    /** An answer of {@link Descriptor#seek}. */
    long CANNOT_TELL = -1;

    /** An answer of {@link Descriptor#seek}. */
    long NO_MORE = -2;

    /** No system calls. */
    SystemCalls NONE = new SystemCalls() {
        @Override
        public Descriptor open(String path, boolean readOnly) {
            return Descriptor.NONE;
        }

        @Override
        public boolean advise(MappedByteBuffer mapping, int offsetBytes, int lengthBytes, boolean needed) {
            return false;
        }

        @Override
        public @Nullable Mapping mapLargePages(int sizeBytes) {
            return null;
        }
    };

    /**
     * Opens a file once more.
     *
     * @param path an existing file
     * @param readOnly whether it is only sought in
     * @return the descriptor, {@link Descriptor#NONE} if the file cannot be opened
     */
    Descriptor open(String path, boolean readOnly);

    /**
     * Advises the system on a part of a mapping.
     *
     * @param mapping a live mapping, not a slice
     * @param offsetBytes where the part starts
     * @param lengthBytes its length
     * @param needed true to fetch it, false to drop it from resident memory
     * @return whether the advice was taken
     */
    boolean advise(MappedByteBuffer mapping, int offsetBytes, int lengthBytes, boolean needed);

    /**
     * Maps zeroed memory of no file, of pages as large as the system has where they fit.
     *
     * @param sizeBytes how much
     * @return the memory; null if this is not possible here
     */
    @Nullable
    Mapping mapLargePages(int sizeBytes);

    /**
     * Memory of no file.
     *
     * @param buffer all of it; slices and duplicates keep this very buffer alive
     * @param unmap unmaps it, to be called once; does not keep the buffer alive. Touching the memory afterwards crashes the JVM.
     */
    record Mapping(ByteBuffer buffer, Runnable unmap) {}

    /**
     * The best there is in this JVM; found out once.
     *
     * @return the binding, or {@link #NONE}
     */
    static SystemCalls detected() {
        return Detected.CALLS;
    }

    /** Holds the outcome of the detection. */
    final class Detected {
        private static final SystemCalls CALLS = detect();

        private Detected() {}

        /** Every failure means "absent": a missing jar, native code that does not load, a foreign system. */
        private static SystemCalls detect() {
            try {
                return new PosixCalls();
            } catch (RuntimeException | LinkageError absent) {
                System.getLogger(SystemCalls.class.getName())
                        .log(System.Logger.Level.DEBUG, "POSIX binding not available; holes are not seen", absent);
                return NONE;
            }
        }
    }
}
