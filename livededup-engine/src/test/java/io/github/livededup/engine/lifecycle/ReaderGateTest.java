package io.github.livededup.engine.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ReaderGateTest {
    /** The common pool may have one thread only. */
    private static final Executor THREADS = task -> new Thread(task).start();

    private final ReaderGate gate = new ReaderGate("test");

    @Test
    void waitsForReadersThatEnteredBeforeAndNotForLaterOnes() throws Exception {
        int before = gate.enter();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(gate::awaitReaders, THREADS);
        Thread.sleep(50);
        assertThat(waiting).isNotDone();
        int later = gate.enter();
        gate.leave(before);
        waiting.get(120, TimeUnit.SECONDS);
        gate.leave(later);
    }

    @Test
    void closingRefusesAndWaits() throws Exception {
        int reader = gate.enter();
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(gate::close, THREADS);
        while (!gate.isClosed()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(gate::enter).isInstanceOf(VolumeClosedException.class);
        Thread.sleep(20);
        assertThat(closing).isNotDone();
        gate.leave(reader);
        assertThat(closing.get(120, TimeUnit.SECONDS)).isTrue();
        assertThat(gate.close()).isFalse();
    }

    @Test
    void anInterruptDoesNotEndTheWait() throws Exception {
        int reader = gate.enter();
        AtomicBoolean interruptedAfter = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            gate.close();
            interruptedAfter.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        closer.interrupt();
        closer.join(50);
        assertThat(closer.isAlive()).isTrue();
        gate.leave(reader);
        closer.join(10_000);
        assertThat(interruptedAfter).isTrue();
    }

    @Test
    void advancesTwiceOnlyWhenReadersOfBeforeHaveLeft() throws Exception {
        int before = gate.enter();
        assertThat(gate.tryAdvance()).isTrue();
        int later = gate.enter();
        assertThat(gate.tryAdvance()).isFalse();
        gate.leave(before);
        assertThat(gate.tryAdvance()).isTrue();
        assertThat(gate.tryAdvance()).as("of between the two").isFalse();
        gate.leave(later);
        assertThat(gate.tryAdvance()).isTrue();
    }

    @Test
    void waitsForReadersOfBeforeAnAdvance() throws Exception {
        int before = gate.enter();
        assertThat(gate.tryAdvance()).isTrue();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(gate::awaitReaders, THREADS);
        Thread.sleep(50);
        assertThat(waiting).isNotDone();
        assertThat(gate.tryAdvance()).as("while somebody waits").isFalse();
        gate.leave(before);
        waiting.get(120, TimeUnit.SECONDS);
    }

    /** What a writer replaces and then destroys must never be seen destroyed. */
    @Test
    void nobodySeesWhatWasDestroyed() throws Exception {
        replaceAndDestroy(gate::awaitReaders);
    }

    @Test
    void nobodySeesWhatWasDestroyedAfterTwoAdvances() throws Exception {
        Runnable advance = () -> {
            while (!gate.tryAdvance()) {
                Thread.onSpinWait();
            }
        };
        replaceAndDestroy(() -> {
            advance.run();
            advance.run();
        });
    }

    private void replaceAndDestroy(Runnable grace) throws Exception {
        AtomicReference<int[]> shared = new AtomicReference<>(new int[] {1});
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Long>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(CompletableFuture.supplyAsync(
                    () -> {
                        long wrong = 0;
                        try {
                            while (!stop.get()) {
                                int ticket = gate.enter();
                                int[] seen = shared.get();
                                for (int n = 0; n < 20; n++) {
                                    wrong += 1 - seen[0];
                                }
                                gate.leave(ticket);
                            }
                        } catch (VolumeClosedException closed) {
                            throw new AssertionError(closed);
                        }
                        return wrong;
                    },
                    THREADS));
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        while (System.nanoTime() < end) {
            int[] old = shared.getAndSet(new int[] {1});
            grace.run();
            old[0] = 0;
        }
        stop.set(true);
        for (CompletableFuture<Long> reader : readers) {
            assertThat(reader.get(120, TimeUnit.SECONDS)).isZero();
        }
    }
}
