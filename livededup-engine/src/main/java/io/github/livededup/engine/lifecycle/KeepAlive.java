package io.github.livededup.engine.lifecycle;

import io.github.livededup.VolumeClosedException;

/**
 * Keeps a resource open while calls on it are in flight. Each call enters and exits; closing refuses new calls and waits
 * for the others. A thread that is inside may enter again even while another thread closes, so a call that calls
 * another one never fails half-way nor deadlocks.
 *
 * <p>Use: {@code guard.enter(); try { … } finally { guard.exit(); }}.
 */
public final class KeepAlive {
    /** How deep a thread is inside, and its ticket from the outermost call. */
    private static final class Hold {
        private int depth;
        private int ticket;
    }

    private final String resource;
    private final ReaderGate gate;
    private final ThreadLocal<Hold> holds = ThreadLocal.withInitial(Hold::new);

    /**
     * Makes an open guard.
     *
     * @param resource what {@link VolumeClosedException} names
     */
    public KeepAlive(String resource) {
        this.resource = resource;
        this.gate = new ReaderGate(resource);
    }

    /**
     * Begins a call.
     *
     * @throws VolumeClosedException if closing has begun and the thread is not inside already
     */
    public void enter() throws VolumeClosedException {
        Hold hold = holds.get();
        if (hold.depth == 0) {
            hold.ticket = gate.enter();
        }
        hold.depth++;
    }

    /** Ends a call; by the thread that began it. */
    public void exit() {
        Hold hold = holds.get();
        if (hold.depth == 0) {
            throw new IllegalStateException(resource + ": exit without enter");
        }
        if (--hold.depth == 0) {
            gate.leave(hold.ticket);
        }
    }

    /**
     * Refuses new calls and waits for those in flight. Again, or by several threads at once, waits as well. Interrupts are
     * kept for later.
     *
     * @return whether this call closed it
     * @throws IllegalStateException if the thread is inside a call itself, which would never end
     */
    public boolean close() {
        requireOutside();
        return gate.close();
    }

    /**
     * Refuses a thread that must not close, before anything was done.
     *
     * @throws IllegalStateException if the thread is inside a call
     */
    public void requireOutside() {
        if (holds.get().depth > 0) {
            throw new IllegalStateException(resource + ": closed from within one of its own calls");
        }
    }

    /**
     * Whether new calls are refused.
     *
     * @return true once closing has begun
     */
    public boolean isClosed() {
        return gate.isClosed();
    }
}
