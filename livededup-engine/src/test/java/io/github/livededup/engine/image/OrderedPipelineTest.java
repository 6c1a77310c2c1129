package io.github.livededup.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class OrderedPipelineTest {
    private static final int CHUNKS = 5_000;

    private final ExecutorService helpers = Executors.newCachedThreadPool();

    @AfterEach
    void shutDown() {
        helpers.shutdownNow();
    }

    private static final class Numbered extends OrderedPipeline.Chunk {
        private int number;
        private boolean worked;
        private int freed;

        @Override
        void free() {
            freed++;
        }
    }

    /** Counts through, working in an order of its own. */
    private static class Counting implements OrderedPipeline.Steps<Numbered> {
        final AtomicInteger next = new AtomicInteger();
        final AtomicInteger inFlight = new AtomicInteger();
        final AtomicInteger mostInFlight = new AtomicInteger();
        final List<Integer> finished = Collections.synchronizedList(new ArrayList<>());
        private final Random random = new Random(1);

        @Override
        public boolean take(Numbered chunk) throws IOException {
            chunk.number = next.getAndIncrement();
            assertThat(chunk.freed).isZero();
            chunk.worked = false;
            return chunk.number < CHUNKS;
        }

        @Override
        public void work(Numbered chunk) throws IOException {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            if (random.nextInt(8) == 0) {
                Thread.yield();
            }
            chunk.worked = true;
        }

        @Override
        public void finish(Numbered chunk) throws IOException {
            assertThat(chunk.worked).isTrue();
            assertThat(chunk.freed).isZero();
            finished.add(chunk.number);
            inFlight.decrementAndGet();
        }
    }

    private void run(Counting steps, int slots, int workers) throws IOException {
        List<Numbered> made = new ArrayList<>();
        try {
            new OrderedPipeline<>(steps, slots, () -> {
                        made.add(new Numbered());
                        return made.get(made.size() - 1);
                    })
                    .run(helpers, workers);
        } finally {
            assertThat(made).hasSize(slots).allMatch(chunk -> chunk.freed == 1);
        }
    }

    @Test
    void finishesEveryChunkInTheOrderOfTheSource() throws IOException {
        for (int workers : new int[] {1, 2, 3, 8}) {
            Counting steps = new Counting();
            run(steps, 2 * workers + 1, workers);
            assertThat(steps.finished)
                    .isEqualTo(IntStream.range(0, CHUNKS).boxed().toList());
        }
    }

    @Test
    void holdsNoMoreChunksThanSlots() throws IOException {
        Counting steps = new Counting();
        run(steps, 3, 8);
        assertThat(steps.mostInFlight.get()).isBetween(1, 3);
        assertThat(steps.finished).hasSize(CHUNKS);
    }

    @Test
    void worksWhenHelpersStartOnlyAtTheEnd() throws IOException {
        List<Runnable> parked = new ArrayList<>();
        Counting steps = new Counting() {
            @Override
            public boolean take(Numbered chunk) throws IOException {
                boolean more = super.take(chunk);
                if (!more) {
                    List.copyOf(parked).forEach(helpers::execute);
                    parked.clear();
                }
                return more;
            }
        };
        new OrderedPipeline<>(steps, 3, Numbered::new).run(parked::add, 3);
        assertThat(steps.finished).hasSize(CHUNKS);
    }

    @Test
    void theFirstFailureOfAnyStepEndsIt() {
        Counting inWork = new Counting() {
            @Override
            public void work(Numbered chunk) throws IOException {
                super.work(chunk);
                if (chunk.number == 100) {
                    throw new IOException("work 100");
                }
            }
        };
        assertThatThrownBy(() -> run(inWork, 5, 3))
                .isInstanceOf(IOException.class)
                .hasMessage("work 100");
        assertThat(inWork.finished).hasSizeLessThanOrEqualTo(100).isSorted();

        Counting inFinish = new Counting() {
            @Override
            public void finish(Numbered chunk) throws IOException {
                if (chunk.number == 50) {
                    throw new IllegalStateException("finish 50");
                }
                super.finish(chunk);
            }
        };
        assertThatThrownBy(() -> run(inFinish, 5, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("finish 50");
        assertThat(inFinish.finished).hasSize(50);

        Counting inTake = new Counting() {
            @Override
            public boolean take(Numbered chunk) throws IOException {
                if (next.get() == 70) {
                    throw new IOException("take 70");
                }
                return super.take(chunk);
            }
        };
        assertThatThrownBy(() -> run(inTake, 5, 3))
                .isInstanceOf(IOException.class)
                .hasMessage("take 70");
    }

    /** Or a helper that is still at it would store blocks for an image that is deleted meanwhile. */
    @Test
    void nobodyIsAtItAfterwardsWhenThreadsAreShort() throws IOException {
        AtomicInteger started = new AtomicInteger();
        Counting steps = new Counting();
        new OrderedPipeline<>(steps, 7, Numbered::new)
                .run(
                        task -> {
                            if (started.incrementAndGet() == 2) {
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                            helpers.execute(task);
                        },
                        4);
        assertThat(started).hasValue(2);
        assertThat(steps.finished).hasSize(CHUNKS);
        assertThat(steps.inFlight).hasValue(0);
    }

    @Test
    void anInterruptOfTheCallerIsKept() throws IOException {
        Counting steps = new Counting();
        Thread.currentThread().interrupt();
        run(steps, 5, 3);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(steps.finished).hasSize(CHUNKS);
    }
}
