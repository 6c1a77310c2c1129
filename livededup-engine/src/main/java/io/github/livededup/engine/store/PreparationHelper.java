package io.github.livededup.engine.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has another thread prepare one part of a run of blocks while the caller prepares the other: a flush waits for hashing and compressing,
 * and a second processor often has nothing to do then. It serves one caller at a time; others do without. The part is
 * prepared by whoever comes first, so a caller never waits for a thread that has not begun. Safe for use by many threads; one that was told
 * true by {@link #begin} is the caller until it releases.
 */
public final class PreparationHelper {
    /** A part of a run. */
    @FunctionalInterface
    public interface Part {
        /**
         * Prepares the part into the workspace's batch.
         *
         * @param workspace the tools of the thread that does it
         * @throws IOException if preparing fails
         */
        void prepare(Workspace workspace) throws IOException;
    }

    private static final Logger LOG = System.getLogger(PreparationHelper.class.getName());

    private final @Nullable Executor helpers;
    private final WorkspacePool workspaces;
    private final Semaphore free = new Semaphore(1);
    /** Released once for each part that the other thread took. */
    private final Semaphore ended = new Semaphore(0);
    /** The part that nobody has begun. */
    private final AtomicReference<@Nullable Part> waiting = new AtomicReference<>();

    private final Runnable task = this::help;
    private @Nullable Workspace workspace;
    private boolean ending;
    private volatile boolean failed;

    /**
     * Makes a helper.
     *
     * @param helpers starts what it is given at once, in another thread; null if there is no second processor
     * @param workspaces where the other thread's tools come from
     */
    PreparationHelper(@Nullable Executor helpers, WorkspacePool workspaces) {
        this.helpers = helpers;
        this.workspaces = workspaces;
    }

    /**
     * Hands a part to another thread. What the part reads must not change until {@link #end} or {@link #release} returns.
     *
     * @param part the part
     * @return false if the caller must do without help; else it calls {@link #end} and {@link #release}, whatever happens in between
     */
    public boolean begin(Part part) {
        Executor executor = helpers;
        if (executor == null || !free.tryAcquire()) {
            return false;
        }
        try {
            workspace = workspaces.acquire();
        } catch (OutOfMemoryError e) {
            free.release(); // help is not worth a failed flush
            return false;
        }
        ending = false;
        failed = false;
        waiting.set(part);
        try {
            executor.execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            LOG.log(Level.DEBUG, "no thread takes the part, so the caller will", e); // closing, or no thread is left
        }
        return true;
    }

    private void help() {
        Part part = waiting.getAndSet(null);
        Workspace tools = workspace;
        if (part == null || tools == null) {
            return; // the caller was faster
        }
        boolean done = false;
        try {
            part.prepare(tools);
            done = true;
        } catch (IOException | RuntimeException e) {
            // The caller tries again, and has it thrown.
        } finally {
            failed = !done;
            ended.release();
        }
    }

    /**
     * Waits until the part is prepared, or prepares it if nobody has begun.
     *
     * @param part what was handed to {@link #begin}
     * @return the workspace whose batch holds it, the caller's until {@link #release}
     * @throws IOException if preparing fails
     */
    public Workspace end(Part part) throws IOException {
        Workspace tools = workspace;
        if (tools == null) {
            throw new IllegalStateException("end without begin");
        }
        ending = true;
        if (waiting.getAndSet(null) != null) {
            part.prepare(tools);
        } else {
            ended.acquireUninterruptibly();
            if (failed) {
                part.prepare(tools);
            }
        }
        return tools;
    }

    /** Ends what {@link #begin} began; the part is void. Waits for the other thread if it is still at it. */
    public void release() {
        Workspace tools = workspace;
        if (tools == null) {
            throw new IllegalStateException("release without begin");
        }
        if (!ending && waiting.getAndSet(null) == null) {
            ended.acquireUninterruptibly();
        }
        workspace = null;
        workspaces.release(tools);
        free.release();
    }
}
