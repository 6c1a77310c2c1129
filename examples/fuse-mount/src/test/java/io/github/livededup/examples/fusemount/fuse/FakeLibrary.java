package io.github.livededup.examples.fusemount.fuse;

import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Plays libfuse and the kernel: gives requests, or errors, that a test has put in, and runs what the test says for each request. */
final class FakeLibrary implements SessionLibrary {
    static final Runtime RUNTIME = Runtime.getSystemRuntime();
    /** What reading gives when the file system is unmounted; stays for every thread. */
    static final int UNMOUNTED = 0;

    private static final int BUFFER_BYTES = 8192;
    private static final int SOME_OPCODE = 3;

    final BlockingQueue<Integer> input = new LinkedBlockingQueue<>();
    final AtomicInteger readers = new AtomicInteger();
    /** Threads that ever read; all are counted once the session has ended. */
    final AtomicInteger threads = new AtomicInteger();

    final AtomicInteger processed = new AtomicInteger();
    /** Error numbers of replies that were not libfuse's. */
    final Queue<Integer> sent = new ConcurrentLinkedQueue<>();

    volatile Runnable process = () -> {};
    /** Makes a request. */
    volatile Consumer<Pointer> fill = request -> request.putInt(4, SOME_OPCODE);

    volatile boolean mounts = true;
    volatile int isThreaded = 1;
    volatile int threadWithoutMemory;
    volatile int readersAtTeardown = -1;

    private final Pointer something = Memory.allocateDirect(RUNTIME, Long.BYTES);

    @Override
    public Pointer fuseSetup(
            int argc,
            String[] argv,
            Pointer operations,
            long operationsBytes,
            Pointer mountPoint,
            Pointer threaded,
            Pointer data) {
        threaded.putInt(0, isThreaded);
        return mounts ? something : null;
    }

    @Override
    public void fuseTeardown(Pointer fuse, Pointer mountPoint) {
        readersAtTeardown = readers.get();
    }

    @Override
    public Pointer fuseGetSession(Pointer fuse) {
        return something;
    }

    /** Asked once by each thread. */
    @Override
    public Pointer fuseSessionNextChan(Pointer session, Pointer previous) {
        threads.incrementAndGet();
        readers.incrementAndGet();
        return something;
    }

    @Override
    public long fuseChanBufsize(Pointer channel) {
        if (threads.get() == threadWithoutMemory) {
            readers.decrementAndGet();
            throw new OutOfMemoryError("as a test has it");
        }
        return BUFFER_BYTES;
    }

    @Override
    public int fuseChanRecv(Pointer channel, Pointer into, long size) {
        try {
            int length = input.take();
            if (length == UNMOUNTED) {
                input.add(UNMOUNTED);
            }
            if (length <= 0 && length != -4 && length != -11) {
                readers.decrementAndGet();
            }
            if (length > 0) {
                fill.accept(into);
            }
            return length;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int fuseChanSend(Pointer channel, Pointer parts, long count) {
        sent.add(parts.getPointer(0).getInt(4));
        return 0;
    }

    @Override
    public void fuseSessionProcess(Pointer session, Pointer request, long length, Pointer channel) {
        process.run();
        processed.incrementAndGet();
    }

    @Override
    public int fuseStartCleanupThread(Pointer fuse) {
        return 0;
    }

    @Override
    public void fuseStopCleanupThread(Pointer fuse) {}
}
