package io.github.livededup.engine.volume;

import java.util.ArrayDeque;

/** Keeps buffers of sealed groups for the next ones, so that their memory is bounded by the number of open groups. */
final class AppendBuffers {
    private final ArrayDeque<AppendBuffer> free = new ArrayDeque<>();

    synchronized AppendBuffer take() {
        AppendBuffer buffer = free.poll();
        return buffer != null ? buffer : new AppendBuffer();
    }

    synchronized void giveBack(AppendBuffer buffer) {
        free.push(buffer);
    }
}
