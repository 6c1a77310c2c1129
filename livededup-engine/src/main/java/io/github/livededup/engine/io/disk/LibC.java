package io.github.livededup.engine.io.disk;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Platform;
import com.kenai.jffi.Type;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The few functions of Linux's C library that the engine calls, through jffi: it calls a function by its address, where a
 * binding by interfaces would first generate classes, which takes a third of a second of each process. Every function fails as
 * the C library says, with a negative result and {@link #lastError}. Safe for use by many threads.
 */
final class LibC {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20; // on x86 and ARM
    static final long MAP_FAILED = -1;

    private static final Invoker INVOKER = Invoker.getInstance();
    private static final String PATH_ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

    private final Function open;
    private final Function close;
    private final Function lseek;
    private final Function fallocate;
    private final Function madvise;
    private final Function mmap;
    private final Function munmap;
    private final Function syncFileRange;
    private final Function getpagesize;
    private final Function strerror;

    /** A function's address, and how it is called. */
    private static final class Function {
        private final long address;
        private final CallContext context;

        Function(String name, Type result, Type... parameters) {
            address = Library.getDefault().getSymbolAddress(name);
            if (address == 0) {
                throw new UnsupportedOperationException("the C library has no " + name);
            }
            context = CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, true);
        }
    }

    /**
     * Finds the functions.
     *
     * @throws RuntimeException if this is not Linux with addresses of 64 bits, or jffi does not reach the C library
     * @throws LinkageError if jffi, or its native part, is absent
     */
    LibC() {
        boolean isLinux = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
        if (!isLinux || Platform.getPlatform().addressSize() != Long.SIZE) {
            throw new UnsupportedOperationException("not Linux with 64 bits");
        }
        open = new Function("open", Type.SINT, Type.POINTER, Type.SINT);
        close = new Function("close", Type.SINT, Type.SINT);
        lseek = new Function("lseek", Type.SINT64, Type.SINT, Type.SINT64, Type.SINT);
        fallocate = new Function("fallocate", Type.SINT, Type.SINT, Type.SINT, Type.SINT64, Type.SINT64);
        madvise = new Function("madvise", Type.SINT, Type.POINTER, Type.UINT64, Type.SINT);
        mmap = new Function(
                "mmap", Type.POINTER, Type.POINTER, Type.UINT64, Type.SINT, Type.SINT, Type.SINT, Type.SINT64);
        munmap = new Function("munmap", Type.SINT, Type.POINTER, Type.UINT64);
        syncFileRange = new Function("sync_file_range", Type.SINT, Type.SINT, Type.SINT64, Type.SINT64, Type.UINT32);
        getpagesize = new Function("getpagesize", Type.SINT);
        strerror = new Function("strerror", Type.POINTER, Type.SINT);
    }

    /** Opens a file that is there; gives a descriptor. */
    int open(String path, int flags) {
        byte[] name = path.getBytes(Charset.forName(PATH_ENCODING));
        ByteBuffer terminated =
                ByteBuffer.allocateDirect(name.length + 1).put(name).put((byte) 0);
        try {
            return (int) INVOKER.invokeN2(open.context, open.address, address(terminated), flags);
        } finally {
            Reference.reachabilityFence(terminated);
        }
    }

    int close(int descriptor) {
        return (int) INVOKER.invokeN1(close.context, close.address, descriptor);
    }

    long lseek(int descriptor, long offset, int whence) {
        return INVOKER.invokeN3(lseek.context, lseek.address, descriptor, offset, whence);
    }

    int fallocate(int descriptor, int mode, long offset, long length) {
        return (int) INVOKER.invokeN4(fallocate.context, fallocate.address, descriptor, mode, offset, length);
    }

    int syncFileRange(int descriptor, long offset, long length, int flags) {
        return (int) INVOKER.invokeN4(syncFileRange.context, syncFileRange.address, descriptor, offset, length, flags);
    }

    /** The mapping must stay mapped until this returns; advises whole pages, from the one that holds the first byte. */
    int madvise(MappedByteBuffer mapping, int offset, int length, int advice) {
        long start = address(mapping) + offset;
        long pageSize = INVOKER.invokeN0(getpagesize.context, getpagesize.address);
        long aligned = start & -pageSize;
        return madvise(aligned, start + length - aligned, advice);
    }

    /** From the start of a page. */
    int madvise(long start, long length, int advice) {
        return (int) INVOKER.invokeN3(madvise.context, madvise.address, start, length, advice);
    }

    /** Maps zeroed memory of no file; gives its address, or {@link #MAP_FAILED}. */
    long mapMemory(int length) {
        return INVOKER.invokeN6(
                mmap.context, mmap.address, 0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }

    int unmap(long start, int length) {
        return (int) INVOKER.invokeN2(munmap.context, munmap.address, start, length);
    }

    /** A view of memory, which does not keep it mapped. */
    ByteBuffer buffer(long start, int length) {
        return MemoryIO.getInstance().newDirectByteBuffer(start, length);
    }

    private static long address(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }

    /** The error number of this thread's last call that failed. */
    int lastError() {
        return LastError.getInstance().get();
    }

    String strerror(int error) {
        long text = INVOKER.invokeN1(strerror.context, strerror.address, error);
        return new String(MemoryIO.getInstance().getZeroTerminatedByteArray(text), StandardCharsets.UTF_8);
    }
}
