package io.github.livededup.engine.image;

import org.jspecify.annotations.Nullable;

/**
 * Where threads pass that use a channel of the caller's, one at a time. The one inside can be interrupted as the calling thread
 * would be: what it does in the channel ends, and its interrupt status is as before when it leaves, since it is a pool's.
 */
final class ChannelGate {
    private @Nullable Thread inside;
    private boolean interrupted;

    synchronized void enter() {
        inside = Thread.currentThread();
    }

    synchronized void exit() {
        inside = null;
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
    }

    /** Interrupts the thread that is inside, if any is. Called by another thread. */
    synchronized void interrupt() {
        if (inside != null) {
            interrupted = true;
            inside.interrupt();
        }
    }
}
