package io.github.livededup.examples.fusemount.fuse;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.examples.fusemount.fs.Errno;
import io.github.livededup.examples.fusemount.fs.ErrnoException;
import io.github.livededup.examples.fusemount.metrics.Metrics;
import io.github.livededup.examples.fusemount.metrics.Operation;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes calls, counts them, and turns what they throw into error numbers. Nothing is ever thrown into the C library. */
final class Answers {
    private static final Logger LOG = System.getLogger(Answers.class.getName());
    private static final long MIN_GAP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Metrics metrics;
    private final AtomicLong nextLogNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong leftOut = new AtomicLong();

    Answers(Metrics metrics) {
        this.metrics = metrics;
    }

    /** A call; gives 0 or more. */
    interface Call {
        int run() throws IOException;
    }

    /** A call that gives nothing. */
    interface Action {
        void run() throws IOException;
    }

    int to(Operation operation, @Nullable String path, Call call) {
        long start = System.nanoTime();
        int answer;
        try {
            answer = call.run();
        } catch (ErrnoException e) {
            answer = -e.errno().number();
        } catch (Throwable e) {
            Errno errno = errnoOf(e);
            log(operation, path, errno, e);
            answer = -errno.number();
        }
        metrics.answered(operation, Math.max(answer, 0), System.nanoTime() - start, answer < 0);
        return answer;
    }

    int toAction(Operation operation, @Nullable String path, Action action) {
        return to(operation, path, () -> {
            action.run();
            return 0;
        });
    }

    /** The number for a failure: damage, a failed volume and what nobody expected are EIO. */
    static Errno errnoOf(Throwable failure) {
        if (failure instanceof VolumeFullException) {
            return Errno.ENOSPC;
        }
        if (failure instanceof ReadOnlyException) {
            return Errno.EROFS;
        }
        if (failure instanceof NotFoundException) {
            return Errno.ENOENT;
        }
        if (failure instanceof AlreadyExistsException) {
            return Errno.EEXIST;
        }
        if (failure instanceof InvalidArgumentException || failure instanceof IllegalArgumentException) {
            return Errno.EINVAL;
        }
        if (failure instanceof VolumeClosedException) {
            return Errno.ESHUTDOWN;
        }
        return failure instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EIO;
    }

    /** Not more often than a second apart: a program on a full volume may go on writing at any rate. */
    private void log(Operation operation, @Nullable String path, Errno errno, Throwable failure) {
        LOG.log(Level.DEBUG, operation + " " + path, failure);
        long now = System.nanoTime();
        long next = nextLogNanos.get();
        if (now - next < 0 || !nextLogNanos.compareAndSet(next, now + MIN_GAP_NANOS)) {
            leftOut.incrementAndGet();
            return;
        }
        long others = leftOut.getAndSet(0);
        LOG.log(
                Level.WARNING,
                operation + (path == null ? "" : " " + path) + ": " + errno + ", " + failure
                        + (others == 0 ? "" : " (and " + others + " failures before)"));
    }
}
