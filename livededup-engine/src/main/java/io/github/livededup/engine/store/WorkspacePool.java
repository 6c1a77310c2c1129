package io.github.livededup.engine.store;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * Workspaces kept for the next call. More threads than it keeps make their own, whose memory is given back when they are released: left
 * to the garbage collector, it would pile up outside the heap.
 */
public final class WorkspacePool {
    private final ArrayBlockingQueue<Workspace> idle;
    private final Supplier<Workspace> maker;

    WorkspacePool(int keep, Supplier<Workspace> maker) {
        this.maker = maker;
        idle = new ArrayBlockingQueue<>(keep);
    }

    /**
     * Takes a workspace.
     *
     * @return the caller's until it releases it
     */
    public Workspace acquire() {
        Workspace workspace = idle.poll();
        return workspace != null ? workspace : maker.get();
    }

    /**
     * Gives a workspace back.
     *
     * @param workspace not to be used by the caller any more
     */
    public void release(Workspace workspace) {
        if (!idle.offer(workspace)) {
            workspace.free();
        }
    }
}
