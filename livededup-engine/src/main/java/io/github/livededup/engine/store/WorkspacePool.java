package io.github.livededup.engine.store;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Workspaces kept for the next call. More threads than it keeps make their own, whose memory is given back when they are released: left
 * to the garbage collector, it would pile up outside the heap.
 *
 * <p>Safe for use by many threads, and without a lock, since every read passes here: a thread looks first where it left its
 * workspace the last time, which is then still in its processor's caches.
 */
public final class WorkspacePool {
    /** References between two places, so that no two share a cache line. */
    private static final int STRIDE = 16;

    private final AtomicReferenceArray<Workspace> idle;
    private final int keep;
    private final Supplier<Workspace> maker;

    WorkspacePool(int keep, Supplier<Workspace> maker) {
        this.keep = keep;
        this.maker = maker;
        idle = new AtomicReferenceArray<>(keep * STRIDE);
    }

    /**
     * Takes a workspace.
     *
     * @return the caller's until it releases it
     */
    public Workspace acquire() {
        int first = firstPlace();
        for (int i = 0; i < keep; i++) {
            int place = place(first + i);
            if (idle.get(place) != null) {
                Workspace workspace = idle.getAndSet(place, null);
                if (workspace != null) {
                    return workspace;
                }
            }
        }
        return maker.get();
    }

    /**
     * Gives a workspace back.
     *
     * @param workspace not to be used by the caller any more
     */
    public void release(Workspace workspace) {
        int first = firstPlace();
        for (int i = 0; i < keep; i++) {
            int place = place(first + i);
            if (idle.get(place) == null && idle.compareAndSet(place, null, workspace)) {
                return;
            }
        }
        workspace.free();
    }

    private int firstPlace() {
        return (int) (Thread.currentThread().getId() % keep);
    }

    private int place(int number) {
        return (number < keep ? number : number - keep) * STRIDE;
    }
}
