package io.github.livededup.engine.lifecycle;

import io.github.livededup.VolumeClosedException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts the readers of memory that is to be unmapped some day. Entering and leaving is one atomic addition each, on a
 * counter few other threads use, without allocation. Whoever unmaps first makes the memory unreachable for new readers, then
 * waits for those that may still hold it.
 *
 * <p>Counters come in two phases. {@link #awaitReaders()} switches to the other phase and waits until the counters of the
 * old one are zero; readers that come meanwhile count in the new phase, so they do not delay it. A reader counts first
 * and then looks whether the phase is still the same and the gate open; all these accesses are sequentially consistent,
 * so either it sees the switch and tries again, or whoever switched sees its count.
 *
 * <p>{@link #tryAdvance()} does the same in two calls without waiting: it switches only if the other phase's counters are zero.
 */
public final class ReaderGate {
    private static final int STRIPES = 16;
    /** Ints between two counters, so that no two share a cache line or a pair of them. */
    private static final int STRIDE = 32;

    private final String resource;
    private final AtomicIntegerArray counts = new AtomicIntegerArray(2 * STRIPES * STRIDE);
    /** Held by whoever switches the phase. */
    private final ReentrantLock switching = new ReentrantLock();

    private volatile int phase;
    private volatile boolean closed;
    private volatile @Nullable Thread waiting;

    /**
     * Makes an open gate.
     *
     * @param resource what {@link VolumeClosedException} names
     */
    public ReaderGate(String resource) {
        this.resource = resource;
    }

    /**
     * Counts a reader in. A thread may enter more than once.
     *
     * @return the ticket for {@link #leave}
     * @throws VolumeClosedException if the gate is closed
     */
    public int enter() throws VolumeClosedException {
        int stripe = (int) Thread.currentThread().getId() & (STRIPES - 1);
        while (true) {
            int now = phase;
            int ticket = (now * STRIPES + stripe) * STRIDE;
            counts.incrementAndGet(ticket);
            if (phase == now && !closed) {
                return ticket;
            }
            leave(ticket);
            if (closed) {
                throw new VolumeClosedException(resource, "closed");
            }
        }
    }

    /**
     * Counts a reader out; any thread may do so.
     *
     * @param ticket what {@link #enter} returned
     */
    public void leave(int ticket) {
        if (counts.decrementAndGet(ticket) == 0) {
            Thread waiter = waiting;
            if (waiter != null) {
                LockSupport.unpark(waiter);
            }
        }
    }

    /**
     * Waits until every reader that entered before has left. A thread that is a reader itself must not call it. Interrupts
     * are kept for later.
     */
    public void awaitReaders() {
        switching.lock();
        try {
            int old = phase;
            awaitPhase(1 - old); // of before the last tryAdvance
            phase = 1 - old;
            awaitPhase(old);
        } finally {
            switching.unlock();
        }
    }

    /**
     * Goes on if that needs no waiting. Once it has returned true twice, every reader has left that entered before the first time,
     * and what those did happens before the second return. Never waits, so readers may call it.
     *
     * @return false if readers are left of before the last time, or somebody waits for readers
     */
    public boolean tryAdvance() {
        if (!switching.tryLock()) {
            return false;
        }
        try {
            int old = phase;
            if (!isEmpty(1 - old)) {
                return false;
            }
            phase = 1 - old;
            return true;
        } finally {
            switching.unlock();
        }
    }

    private boolean isEmpty(int counted) {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            if (counts.get((counted * STRIPES + stripe) * STRIDE) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Refuses new readers and waits until all have left. Again only waits. A thread that is a reader itself must not call
     * it. Interrupts are kept for later.
     *
     * @return whether this call closed it
     */
    public boolean close() {
        switching.lock();
        try {
            boolean first = !closed;
            closed = true;
            awaitPhase(0);
            awaitPhase(1);
            return first;
        } finally {
            switching.unlock();
        }
    }

    /**
     * Whether new readers are refused.
     *
     * @return true once closing has begun
     */
    public boolean isClosed() {
        return closed;
    }

    private void awaitPhase(int old) {
        boolean interrupted = false;
        waiting = Thread.currentThread();
        try {
            for (int stripe = 0; stripe < STRIPES; stripe++) {
                while (counts.get((old * STRIPES + stripe) * STRIDE) != 0) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            waiting = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
