package io.github.livededup.engine.lifecycle;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.VolumeFailedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ends all changes of a volume after the first failed write or force: what the system wrote is not known then, and a
 * later success may be false. Reading is not its business.
 *
 * <p>Typed failures do not latch: a full disk, a cancelled operation, a damaged block, a wrong argument leave the volume as it was. Nor do
 * interrupts.
 */
public final class FailureLatch {
    /** A change that writes. */
    @FunctionalInterface
    public interface Change {
        /**
         * Makes the change.
         *
         * @throws IOException if it fails
         */
        void make() throws IOException;
    }

    private final String resource;
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

    /**
     * Makes a latch that has seen no failure.
     *
     * @param resource what {@link VolumeFailedException} names
     */
    public FailureLatch(String resource) {
        this.resource = resource;
    }

    /**
     * Refuses after a failure.
     *
     * @throws VolumeFailedException if there was one; its cause is the first
     */
    public void check() throws VolumeFailedException {
        Throwable cause = first.get();
        if (cause != null) {
            throw refusal(cause);
        }
    }

    /**
     * Makes a change that writes, unless an earlier one failed.
     *
     * @param change the change
     * @throws VolumeFailedException if this or an earlier change failed in a way that latches
     * @throws LiveDedupException what the change throws of this type
     * @throws IOException an interrupt, as the change throws it
     */
    public void run(Change change) throws IOException {
        check();
        try {
            change.make();
        } catch (IOException failure) {
            record(failure);
            if (latches(failure)) {
                throw refusal(failure);
            }
            throw failure;
        } catch (RuntimeException | Error failure) {
            record(failure);
            throw failure;
        }
    }

    /**
     * Notes a failure, if it is one that latches and the first.
     *
     * @param failure what a write or force threw
     */
    public void record(Throwable failure) {
        if (latches(failure)) {
            first.compareAndSet(null, failure);
        }
    }

    /**
     * Notes a failed write and says what to throw: a typed failure that leaves the volume as it was is itself, any other
     * is a failed volume.
     *
     * @param failure what was thrown
     * @return what to throw
     */
    public IOException failed(IOException failure) {
        if (failure instanceof VolumeFailedException) {
            return failedForGood(failure);
        }
        record(failure);
        return latches(failure) ? refusal(failure) : failure;
    }

    /**
     * Notes a failure after which memory and disk may differ, whatever its type, and says what to throw.
     *
     * @param failure what was thrown
     * @return what to throw
     */
    public VolumeFailedException failedForGood(Throwable failure) {
        first.compareAndSet(null, origin(failure));
        return failure instanceof VolumeFailedException already ? already : refusal(failure);
    }

    /** What a part that refuses by itself, as the journal does, gave as its reason; or the part that it got its reason from. */
    private static Throwable origin(Throwable failure) {
        Throwable first = failure;
        Throwable cause = first.getCause();
        while (first instanceof VolumeFailedException && cause != null) {
            first = cause;
            cause = first.getCause();
        }
        return first;
    }

    /**
     * The first failure.
     *
     * @return it, or null if there was none
     */
    public @Nullable Throwable cause() {
        return first.get();
    }

    private static boolean latches(Throwable failure) {
        return !(failure instanceof LiveDedupException
                || failure instanceof InvalidArgumentException
                || failure instanceof ClosedByInterruptException
                || failure instanceof InterruptedIOException);
    }

    private VolumeFailedException refusal(Throwable cause) {
        return new VolumeFailedException(resource, "an earlier write failed, no more changes: " + cause, cause);
    }
}
