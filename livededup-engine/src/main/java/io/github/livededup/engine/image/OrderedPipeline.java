package io.github.livededup.engine.image;

import io.github.livededup.engine.util.HelperTasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs chunks through three steps: {@link Steps#take} hands them out in order, {@link Steps#work} runs in parallel, and
 * {@link Steps#finish} is called for one chunk at a time in the order they were taken. Memory is bounded by the number of
 * chunk slots, which are used again; a slow step holds back the others. The calling thread works too, so a pool that is
 * busy slows a pipeline down and never stops it.
 *
 * <p>Implementation note. A slot is acquired before a sequence number is drawn, so the chunk whose turn it is always has
 * a slot and a worker, and the pipeline cannot lock up. Whoever completes a chunk tries to take the turn lock and then
 * finishes all that are ready; nobody waits for the lock.
 *
 * @param <C> the chunk
 */
final class OrderedPipeline<C extends OrderedPipeline.Chunk> {
    /** A slot's content. */
    abstract static class Chunk {
        private long sequence;

        private long sequenceOf() {
            return sequence;
        }

        /** Gives its memory outside the heap back at once. Called when no step uses it any more. */
        abstract void free();
    }

    /**
     * What is done with chunks.
     *
     * @param <C> the chunk
     */
    interface Steps<C> {
        /**
         * Fills in what the chunk is to hold; called by one thread at a time.
         *
         * @param chunk a free chunk
         * @return false if there is nothing more
         * @throws IOException ends the pipeline
         */
        boolean take(C chunk) throws IOException;

        /**
         * The parallel part.
         *
         * @param chunk the chunk
         * @throws IOException ends the pipeline
         */
        void work(C chunk) throws IOException;

        /**
         * The ordered part.
         *
         * @param chunk the chunk
         * @throws IOException ends the pipeline
         */
        void finish(C chunk) throws IOException;

        /**
         * The calling thread was interrupted while it waits for other threads. It goes on waiting, so whoever wants the
         * pipeline to end lets a step fail. Called by the calling thread, perhaps several times.
         */
        default void interrupted() {}
    }

    private final Steps<C> steps;
    private final int slots;
    private final ArrayBlockingQueue<C> free;
    private final AtomicReferenceArray<@Nullable C> done;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final ReentrantLock sourceLock = new ReentrantLock();
    private final ReentrantLock turnLock = new ReentrantLock();
    private boolean ended;
    private long nextSequence;
    private final AtomicLong turn = new AtomicLong();
    private final List<C> chunks = new ArrayList<>();
    private @Nullable Thread caller;

    OrderedPipeline(Steps<C> steps, int slots, Supplier<C> newChunk) {
        this.steps = steps;
        this.slots = slots;
        free = new ArrayBlockingQueue<>(slots);
        done = new AtomicReferenceArray<>(slots);
        for (int i = 0; i < slots; i++) {
            chunks.add(newChunk.get());
        }
        free.addAll(chunks);
    }

    /**
     * Runs to the end, once.
     *
     * @param helpers runs the other workers; if it cannot run them all, those that it can do the work
     * @param workers threads in all, the caller's included
     * @throws IOException what a step threw first
     */
    void run(Executor helpers, int workers) throws IOException {
        caller = Thread.currentThread();
        List<FutureTask<Boolean>> others = HelperTasks.start(helpers, workers - 1, this::loop);
        loop();
        boolean interrupted = false;
        for (FutureTask<Boolean> task : others) {
            interrupted |= await(task);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        chunks.forEach(Chunk::free); // all who could use them have ended
        rethrow();
    }

    /** Works until nothing is left; false if it ended with a failure. */
    private boolean loop() {
        try {
            C chunk;
            while ((chunk = next()) != null) {
                steps.work(chunk);
                done.set((int) (((Chunk) chunk).sequenceOf() % slots), chunk);
                drain();
            }
            return true;
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            return false;
        }
    }

    private @Nullable C next() throws IOException {
        C chunk = pollFree();
        if (chunk == null) {
            return null;
        }
        lockSource();
        try {
            if (!ended && failure.get() == null && steps.take(chunk)) {
                ((Chunk) chunk).sequence = nextSequence++;
                return chunk;
            }
            ended = true;
        } finally {
            sourceLock.unlock();
        }
        free.add(chunk);
        return null;
    }

    private void lockSource() {
        try {
            sourceLock.lockInterruptibly();
        } catch (InterruptedException e) {
            tellOfInterrupt();
            sourceLock.lock();
            Thread.currentThread().interrupt();
        }
    }

    private void tellOfInterrupt() {
        if (Thread.currentThread() == caller) {
            steps.interrupted();
        }
    }

    /** Waits for a free slot; gives up when the pipeline failed or the source ended. */
    private @Nullable C pollFree() {
        boolean interrupted = false;
        try {
            while (failure.get() == null) {
                try {
                    C chunk = free.poll(20, TimeUnit.MILLISECONDS);
                    if (chunk != null) {
                        return chunk;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                    tellOfInterrupt();
                }
            }
            return null;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void drain() throws IOException {
        while (isReady(turn.get()) && turnLock.tryLock()) {
            try {
                while (failure.get() == null && isReady(turn.get())) {
                    int slot = (int) (turn.get() % slots);
                    C chunk = done.get(slot);
                    if (chunk == null) {
                        throw new IllegalStateException("ready chunk vanished");
                    }
                    steps.finish(chunk);
                    done.set(slot, null);
                    turn.incrementAndGet();
                    free.add(chunk);
                }
            } finally {
                turnLock.unlock();
            }
            if (failure.get() != null) {
                return;
            }
        }
    }

    private boolean isReady(long sequence) {
        C chunk = done.get((int) (sequence % slots));
        return chunk != null && ((Chunk) chunk).sequenceOf() == sequence;
    }

    private boolean await(FutureTask<Boolean> task) {
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
                tellOfInterrupt();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the loop catches everything", e);
            }
        }
    }

    private void rethrow() throws IOException {
        Throwable e = failure.get();
        if (e instanceof IOException io) {
            throw io;
        }
        if (e instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (e instanceof Error error) {
            throw error;
        }
    }
}
