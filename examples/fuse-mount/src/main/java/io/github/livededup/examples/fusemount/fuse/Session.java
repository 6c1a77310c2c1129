package io.github.livededup.examples.fusemount.fuse;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Mounts and serves the kernel until the file system is unmounted: what {@code fuse_main_real} does, with threads of Java's, and with requests
 * that libfuse 2 does not know. A thread is started when none is left that waits for a request.
 *
 * <p>Only the kernel ends a session: when the file system is unmounted it tells each thread. Nothing is given back before the last has ended.
 */
final class Session {
    private static final Logger LOG = System.getLogger(Session.class.getName());
    /** How many requests are worked on at once; more of them wait in the kernel. */
    private static final int MAX_THREADS = 32;

    private final SessionLibrary library;
    private final SeekCalls seeks;
    private final HiddenRenames refusals;
    private final Runtime runtime;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger alive = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int maxThreads = MAX_THREADS;
    private volatile boolean failed;

    Session(SessionLibrary library, Runtime runtime, SeekCalls seeks, HiddenRenames refusals) {
        this.library = library;
        this.runtime = runtime;
        this.seeks = seeks;
        this.refusals = refusals;
    }

    /** Serves; gives 0 if all went well, 1 if it could not be mounted or requests could not be read. */
    int serve(List<String> arguments, Pointer operations, int operationsBytes) throws InterruptedException {
        Pointer mountPoint = Memory.allocateDirect(runtime, runtime.addressSize(), true);
        Pointer isThreaded = Memory.allocateDirect(runtime, Integer.BYTES, true);
        Pointer none = Pointer.wrap(runtime, 0);
        String[] argv = arguments.toArray(String[]::new);
        Pointer fuse = library.fuseSetup(argv.length, argv, operations, operationsBytes, mountPoint, isThreaded, none);
        if (fuse == null) {
            return 1;
        }
        if (isThreaded.getInt(0) == 0) {
            maxThreads = 1;
        }
        library.fuseStartCleanupThread(fuse);
        startThread(library.fuseGetSession(fuse));
        ended.await();
        library.fuseStopCleanupThread(fuse);
        library.fuseTeardown(fuse, mountPoint.getPointer(0));
        return failed ? 1 : 0;
    }

    private void startThread(Pointer session) {
        int number = started.incrementAndGet();
        if (number > maxThreads) {
            started.decrementAndGet();
            return;
        }
        alive.incrementAndGet();
        waiting.incrementAndGet();
        try {
            // Here, not by the thread: one that got none would count as waiting.
            RequestBuffer buffer = new RequestBuffer(library, runtime, session);
            Thread thread = new Thread(() -> serve(session, buffer), "fuse-" + number);
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError e) {
            started.decrementAndGet();
            waiting.decrementAndGet();
            if (alive.decrementAndGet() == 0) {
                throw e;
            }
            LOG.log(Level.WARNING, "no more threads: {0}", e.toString());
        }
    }

    private void serve(Pointer session, RequestBuffer buffer) {
        try {
            while (buffer.receive()) {
                if (waiting.decrementAndGet() == 0) {
                    startThread(session);
                }
                answer(buffer);
                waiting.incrementAndGet();
            }
        } catch (IOException | RuntimeException | Error e) {
            failed = true;
            LOG.log(Level.ERROR, "a thread that answers the kernel ended", e);
        } finally {
            if (alive.decrementAndGet() == 0) {
                ended.countDown();
            }
        }
    }

    /** Calls throw nothing; should the binding do so, then after libfuse has answered. */
    private void answer(RequestBuffer buffer) {
        try {
            if (seeks.isFor(buffer.request())) {
                buffer.send(seeks.answer(buffer.request(), buffer.reply()));
            } else if (refusals.isFor(buffer.request())) {
                buffer.send(refusals.answer(buffer.request(), buffer.reply()));
            } else {
                buffer.process();
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a call failed", e);
        }
    }
}
