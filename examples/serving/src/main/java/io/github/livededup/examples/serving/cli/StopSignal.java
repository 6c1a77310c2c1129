package io.github.livededup.examples.serving.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/**
 * Has the program end in order when it is asked to go, by Ctrl-C or a TERM signal: the JVM stays until everything is closed. The
 * exit code is then the signal's own (130, 143).
 */
public final class StopSignal {
    private final CompletableFuture<Integer> requested = new CompletableFuture<>();
    private final CountDownLatch finished = new CountDownLatch(1);

    /** Makes one that nothing triggers. */
    public StopSignal() {}

    /** Makes the JVM's end wait for this program's. */
    public void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "stop"));
    }

    /** Asks the program to end. */
    public void request() {
        requested.complete(0);
    }

    /** Tells that everything is closed. */
    public void finished() {
        finished.countDown();
    }

    /**
     * Waits until the program is asked to end.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void await() throws InterruptedException {
        try {
            requested.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request cannot fail", e);
        }
    }

    /**
     * Told when the program is asked to end, for who waits for something else as well.
     *
     * @return completes with 0
     */
    public CompletableFuture<Integer> future() {
        return requested.copy();
    }

    private void stopAndWait() {
        request();
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
