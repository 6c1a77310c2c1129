package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that meet a commit in progress, and what others find after a call. */
@Timeout(180)
class JournalThreadsTest {
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(3, 17 * 4096)
            .withFrameBytes(512);
    private static final int TIMEOUT_SECONDS = 120;

    private final FaultyDirectory directory = new FaultyDirectory(new MemoryDirectory());
    private final CountDownLatch inForce = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** A call on a thread of its own. */
    private static final class Call<T> {
        private final FutureTask<T> task;
        private final Thread thread;

        Call(Callable<T> callable) {
            task = new FutureTask<>(callable);
            thread = new Thread(task, "journal test");
            thread.setDaemon(true);
            thread.start();
        }

        T get() throws Exception {
            return task.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }

        boolean isWaiting() {
            return thread.getState() == Thread.State.WAITING;
        }

        boolean isDone() {
            return task.isDone();
        }
    }

    private static Call<Void> call(IoAction action) {
        return new Call<>(() -> {
            action.run();
            return null;
        });
    }

    private static void awaitWaiting(Call<?> call) {
        Awaitility.await().atMost(TIMEOUT_SECONDS, TimeUnit.SECONDS).until(call::isWaiting);
    }

    /** Begins a commit that stays in the force of the data. */
    private Call<Void> commitThatHangs(Journal journal) throws Exception {
        Call<Void> leader = call(() -> journal.commit(() -> {
            inForce.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }));
        assertThat(inForce.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return leader;
    }

    @AfterEach
    void nothingHangs() {
        goOn.countDown();
    }

    @Test
    void closingWaitsForTheCommitInProgress() throws Exception {
        Journal journal = Journal.create(directory, OPTIONS);
        journal.append(TestBatches.of(1, 1, 1));
        Call<Void> leader = commitThatHangs(journal);
        Call<Void> close = call(journal::close);
        awaitWaiting(close);
        assertThat(directory.openFiles()).isEqualTo(3);
        assertThat(close.isDone()).isFalse();
        goOn.countDown();
        leader.get();
        close.get();
        assertThat(directory.openFiles()).isZero();
        try (Journal again = Journal.open(directory, OPTIONS, 0)) {
            assertThat(TestBatches.replayed(again)).containsExactly(1L);
        }
    }

    @Test
    void whoWaitsForACommitIsToldAtOnceThatAnAppendFailed() throws Exception {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            journal.append(TestBatches.of(1, 1, 1));
            Call<Void> leader = commitThatHangs(journal);
            Call<Void> waiting = call(() -> journal.commit(IoAction.NONE));
            awaitWaiting(waiting);
            directory.on(FileOperation.WRITE).nth(0).then(Fault.error());
            assertThatThrownBy(() -> journal.append(TestBatches.of(2, 20, 200)))
                    .isInstanceOf(VolumeFailedException.class);
            assertThatThrownBy(waiting::get).hasCauseInstanceOf(VolumeFailedException.class);
            assertThat(leader.isDone()).isFalse();
            // The commit's own write and force succeed: it is no success all the same.
            goOn.countDown();
            assertThatThrownBy(leader::get)
                    .hasCauseInstanceOf(VolumeFailedException.class)
                    .hasStackTraceContaining("injected");
            assertThat(journal.sequence()).isZero();
            assertThat(journal.commits()).isZero();
        }
    }

    @Test
    void noCallKeepsOthersOut() throws Exception {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            List<IoAction> calls = List.of(
                    () -> journal.append(TestBatches.of(1, 1, 1)),
                    () -> journal.append(new JournalBatch()),
                    () -> journal.commit(IoAction.NONE),
                    () -> journal.replay((type, body) -> {}),
                    () -> journal.hasRoom(TestBatches.of(1, 1, 1)),
                    journal::sequence,
                    journal::freeBytes,
                    journal::needsCheckpoint,
                    journal::commits,
                    journal::check,
                    () -> journal.release(0),
                    journal::close,
                    journal::close);
            for (int i = 0; i < calls.size(); i++) {
                call(calls.get(i)).get();
                // What the first appends is durable from the third on.
                assertThat(new Call<>(journal::sequence).get()).isEqualTo(i < 2 ? 0 : 4096);
            }
        }
    }

    @Test
    void refusalsKeepNobodyOut() throws Exception {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            List<IoAction> refused = List.of(
                    () -> journal.append(TestBatches.of(1, 1, 4000)),
                    () -> journal.append(new JournalBatch().begin(1)),
                    () -> journal.release(4096),
                    () -> journal.commit(() -> {
                        throw new IOException("data");
                    }),
                    () -> journal.append(TestBatches.of(1, 1, 1)));
            journal.append(TestBatches.of(1, 1, 1));
            for (IoAction each : refused) {
                assertThatThrownBy(call(each)::get).hasCauseInstanceOf(Exception.class);
                assertThat(new Call<>(journal::sequence).get()).isZero();
            }
        }
    }
}
