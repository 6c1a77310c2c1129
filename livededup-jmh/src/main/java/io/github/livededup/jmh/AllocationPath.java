package io.github.livededup.jmh;

import java.io.IOException;

/**
 * A path of the engine whose allocation is measured.
 *
 * @param name what is done, a row of the table
 * @param blocks the blocks of a round
 * @param round does it, as often as it is called
 * @param end what follows each round and is counted apart: a flush
 */
record AllocationPath(String name, int blocks, Step round, Step end) {
    /** Done by the calling thread, with or without help of others. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** A path without an end. */
    AllocationPath(String name, int blocks, Step round) {
        this(name, blocks, round, () -> {});
    }
}
