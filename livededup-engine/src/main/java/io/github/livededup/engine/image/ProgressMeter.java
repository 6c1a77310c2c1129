package io.github.livededup.engine.image;

import io.github.livededup.CancellationToken;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.ProgressListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a long operation has done, tells its listener a few times a second, and asks its token. Safe for use by
 * the operation's threads; the listener is called by one of them at a time.
 */
public final class ProgressMeter {
    private static final long REPORT_INTERVAL_NANOS = 200_000_000L;

    private final String operation;
    private final String subject;
    private volatile long bytesTotal;
    private final ProgressListener listener;
    private final CancellationToken cancellation;
    private final Thread caller = Thread.currentThread();
    private volatile boolean interrupted;
    private final long startNanos = System.nanoTime();
    private final AtomicLong lastReportNanos = new AtomicLong(startNanos);
    private final AtomicLong bytesDone = new AtomicLong();
    private final LongAdder newBlocks = new LongAdder();
    private final LongAdder duplicateBlocks = new LongAdder();
    private final LongAdder zeroBlocks = new LongAdder();

    /**
     * Starts the clock. The calling thread is the one whose interruption ends the operation.
     *
     * @param operation what is done
     * @param subject what it is done to
     * @param bytesTotal logical bytes in all, or -1
     * @param listener told of progress
     * @param cancellation asked by {@link #check()}
     */
    public ProgressMeter(
            String operation,
            String subject,
            long bytesTotal,
            ProgressListener listener,
            CancellationToken cancellation) {
        this.operation = operation;
        this.subject = subject;
        this.bytesTotal = bytesTotal;
        this.listener = listener;
        this.cancellation = cancellation;
    }

    /**
     * Says how much there is to do, once that is known.
     *
     * @param bytes logical bytes in all
     */
    public void total(long bytes) {
        bytesTotal = bytes;
    }

    /**
     * Ends the operation if it is cancelled or its calling thread interrupted; the interrupt status stays set.
     *
     * @throws OperationCancelledException if so
     */
    public void check() throws OperationCancelledException {
        if (interrupted || caller.isInterrupted()) {
            throw new OperationCancelledException(subject, true);
        }
        if (cancellation.isCancelled()) {
            throw new OperationCancelledException(subject, false);
        }
    }

    /** Notes that the calling thread was interrupted, where it has to wait and its interrupt status is not to be seen. */
    void noteInterrupt() {
        interrupted = true;
    }

    /**
     * Counts blocks.
     *
     * @param added blocks that had to be stored
     * @param duplicates blocks that were stored already
     * @param zeros blocks of zeros
     */
    public void countBlocks(long added, long duplicates, long zeros) {
        newBlocks.add(added);
        duplicateBlocks.add(duplicates);
        zeroBlocks.add(zeros);
    }

    /**
     * Moves on to a position, and reports if it is time.
     *
     * @param bytes logical bytes done; a smaller value than before is ignored
     */
    public void advanceTo(long bytes) {
        bytesDone.accumulateAndGet(bytes, Math::max);
        reportIfDue();
    }

    /** Reports the end. */
    public void finish() {
        if (bytesTotal >= 0) {
            bytesDone.set(bytesTotal);
        }
        report();
    }

    /**
     * Time since the start.
     *
     * @return the time
     */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /**
     * Blocks that had to be stored so far.
     *
     * @return their number
     */
    public long newBlocks() {
        return newBlocks.sum();
    }

    /**
     * Blocks that were stored already so far.
     *
     * @return their number
     */
    public long duplicateBlocks() {
        return duplicateBlocks.sum();
    }

    private void reportIfDue() {
        long last = lastReportNanos.get();
        long now = System.nanoTime();
        if (now - last >= REPORT_INTERVAL_NANOS && lastReportNanos.compareAndSet(last, now)) {
            report();
        }
    }

    private synchronized void report() {
        listener.onProgress(new Progress(
                operation,
                subject,
                bytesDone.get(),
                bytesTotal,
                newBlocks.sum(),
                duplicateBlocks.sum(),
                zeroBlocks.sum(),
                elapsed()));
    }
}
