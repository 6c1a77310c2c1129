package io.github.livededup.engine.store;

import java.io.Closeable;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The streams of what is written otherwise than by an import. Each image prefers one, so that its blocks lie together though
 * others are written in turn with it; who finds it taken gets another that is free, so that the new blocks of a call lie side by
 * side though others are stored meanwhile. When there are more callers than streams, they share. Safe for use by many threads, and
 * waits for nothing.
 */
final class WriteStreams implements Closeable {
    /** Each may have an open group; imports have others, and all together 16. */
    static final int STREAMS = 4;

    private final List<AppendStream> streams;
    /** How many callers each has. */
    private final AtomicIntegerArray callers = new AtomicIntegerArray(STREAMS);

    /**
     * Makes the set.
     *
     * @param opener makes the streams, which open no group before something is appended
     */
    WriteStreams(Supplier<AppendStream> opener) {
        streams = Stream.generate(opener).limit(STREAMS).toList();
    }

    /**
     * Takes a stream.
     *
     * @param preferred any number; the same one for what should lie together
     * @return its number, for {@link #stream} and to be given back by {@link #giveBack}
     */
    int take(int preferred) {
        int first = Math.floorMod(preferred, STREAMS);
        for (int i = 0; i < STREAMS; i++) {
            int number = (first + i) % STREAMS;
            if (callers.compareAndSet(number, 0, 1)) {
                return number;
            }
        }
        callers.incrementAndGet(first);
        return first;
    }

    /** A stream that was taken. */
    AppendStream stream(int number) {
        return streams.get(number);
    }

    /** Gives a stream back. */
    void giveBack(int number) {
        callers.decrementAndGet(number);
    }

    /** Gives back the open groups of all. */
    @Override
    public void close() {
        streams.forEach(AppendStream::close);
    }
}
