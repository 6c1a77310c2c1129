package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs requests that failed through the volume's or the server's fault, not more often than a second apart: a client on a full
 * volume may go on writing at any rate. What is left out is counted.
 */
final class FailureLog {
    private static final Logger LOG = System.getLogger(FailureLog.class.getName());
    private static final long MIN_GAP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final AtomicLong NEXT_NANOS = new AtomicLong(System.nanoTime());
    private static final AtomicLong LEFT_OUT = new AtomicLong();

    private FailureLog() {}

    static void failed(Command command, Request request, NbdError error, Throwable failure) {
        String message = command + " at " + request.offset() + ", " + request.lengthBytes() + " bytes: " + error;
        LOG.log(Level.DEBUG, message, failure);
        if (!isWorthLogging(error)) {
            return;
        }
        long now = System.nanoTime();
        long next = NEXT_NANOS.get();
        if (now - next < 0 || !NEXT_NANOS.compareAndSet(next, now + MIN_GAP_NANOS)) {
            LEFT_OUT.incrementAndGet();
            return;
        }
        long leftOut = LEFT_OUT.getAndSet(0);
        LOG.log(
                Level.WARNING,
                message + ", " + failure + (leftOut == 0 ? "" : " (and " + leftOut + " failures before)"));
    }

    /** Whether an operator should hear of it: the volume or the server is at fault, not the client. */
    private static boolean isWorthLogging(NbdError error) {
        return error == NbdError.EIO || error == NbdError.ENOMEM || error == NbdError.ENOSPC;
    }
}
