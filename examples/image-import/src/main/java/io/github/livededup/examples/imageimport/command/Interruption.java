package io.github.livededup.examples.imageimport.command;

import io.github.livededup.CancellationToken;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the program in order when the user presses Ctrl-C or the system asks it to go: what runs is cancelled, and the
 * JVM stays until the volume is closed. The exit code is then the signal's own (130 for Ctrl-C).
 */
public final class Interruption {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CancellationToken token = new CancellationToken();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final List<Closeable> closedOnCancel = new CopyOnWriteArrayList<>();

    /** Makes one that nothing triggers. */
    public Interruption() {}

    /**
     * Makes the JVM's end wait for this program's.
     *
     * @param err told that the program was interrupted
     */
    public void install(PrintStream err) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> atShutdown(err), "livededup-interruption"));
    }

    /**
     * The token of every long operation.
     *
     * @return always the same token
     */
    public CancellationToken token() {
        return token;
    }

    /**
     * Has a source closed at cancellation, so that a thread that waits for its bytes goes on; at once if that was before.
     *
     * @param source what to close
     */
    void closeOnCancel(Closeable source) {
        closedOnCancel.add(source);
        // Asked after it was added: whoever cancels meanwhile sees it, or is seen here.
        if (token.isCancelled()) {
            close(source);
        }
    }

    /** Tells that the program's work is done and every volume closed. */
    public void finished() {
        finished.countDown();
    }

    private void atShutdown(PrintStream err) {
        if (finished.getCount() == 0) {
            return;
        }
        err.println("livededup: interrupted, closing");
        cancel();
        try {
            if (!finished.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                err.println("livededup: gave up waiting; what was committed is safe");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cancels what runs. */
    void cancel() {
        token.cancel();
        closedOnCancel.forEach(Interruption::close);
    }

    private static void close(Closeable source) {
        try {
            source.close();
        } catch (IOException e) {
            // The source is given up in any case.
        }
    }
}
