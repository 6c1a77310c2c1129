package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One failure, and never a success after it. */
@Timeout(180)
class JournalFailureTest {
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(3, 17 * 4096)
            .withFrameBytes(512);

    private CrashDisk disk;
    private Journal journal;

    @BeforeEach
    void open() throws IOException {
        MemoryDirectory created = new MemoryDirectory();
        Journal.create(created, OPTIONS).close();
        disk = CrashDisk.of(created);
        journal = Journal.open(disk, OPTIONS, 0);
        journal.append(TestBatches.of(1, 1, 1));
        journal.commit(IoAction.NONE);
    }

    @Test
    void afterAForceThatFailedOnceNothingIsAcknowledged() throws IOException {
        journal.append(TestBatches.of(2, 1, 1));
        long sequence = journal.sequence();
        disk.failForce(0);
        assertThatThrownBy(() -> journal.commit(IoAction.NONE))
                .isInstanceOf(VolumeFailedException.class)
                .hasRootCauseMessage("force fails on purpose");
        assertRefuses("force fails on purpose");
        assertThat(journal.sequence()).isEqualTo(sequence);
        journal.close();
        try (Journal again = Journal.open(disk.forcedOnly(), OPTIONS, 0)) {
            assertThat(TestBatches.replayed(again)).containsExactly(1L);
        }
    }

    @Test
    void aWriteThatFailsInACommit() throws IOException {
        journal.append(TestBatches.of(2, 1, 1));
        disk.failWrite(0);
        assertThatThrownBy(() -> journal.commit(IoAction.NONE)).isInstanceOf(VolumeFailedException.class);
        assertRefuses("write fails on purpose");
    }

    @Test
    void aWriteThatFailsInAnAppend() throws IOException {
        disk.failWrite(0);
        assertThatThrownBy(() -> journal.append(TestBatches.of(2, 20, 200))).isInstanceOf(VolumeFailedException.class);
        assertRefuses("write fails on purpose");
        journal.close();
        try (Journal again = Journal.open(disk.kill(), OPTIONS, 0)) {
            assertThat(TestBatches.replayed(again)).containsExactly(1L);
        }
    }

    @Test
    void dataThatCannotBeForced() throws IOException {
        journal.append(TestBatches.of(2, 1, 1));
        int writes = disk.writes();
        assertThatThrownBy(() -> journal.commit(() -> {
                    throw new IOException("data fails on purpose");
                }))
                .isInstanceOf(VolumeFailedException.class);
        assertThat(disk.writes()).isEqualTo(writes);
        assertRefuses("data fails on purpose");
    }

    @Test
    void aSessionThatCannotStart() throws IOException {
        journal.close();
        for (int force = 0; force < 4; force++) {
            CrashDisk other = disk.kill();
            other.failForce(force);
            try (Journal opened = Journal.open(other, OPTIONS, 0)) {
                assertThatThrownBy(() -> opened.append(TestBatches.of(2, 1, 1)))
                        .isInstanceOf(VolumeFailedException.class);
                assertThatThrownBy(() -> opened.append(TestBatches.of(2, 1, 1)))
                        .hasRootCauseMessage("force fails on purpose");
                assertThatThrownBy(() -> opened.commit(IoAction.NONE)).isInstanceOf(VolumeFailedException.class);
            }
        }
    }

    @Test
    void refusalsThatAreNoFailuresLeaveTheJournalUsable() throws IOException {
        JournalBatch batch = TestBatches.of(2, 5, 300);
        while (journal.hasRoom(batch)) {
            journal.append(batch);
        }
        assertThatThrownBy(() -> journal.append(batch)).isInstanceOf(JournalFullException.class);
        assertThatThrownBy(() -> journal.append(TestBatches.of(3, 1, 4000)))
                .isInstanceOf(IllegalArgumentException.class);
        journal.commit(IoAction.NONE);
        journal.release(journal.sequence());
        journal.append(batch);
        journal.commit(IoAction.NONE);
    }

    @Test
    void allWhoWaitGetTheFailure() throws Exception {
        journal.append(TestBatches.of(2, 1, 1));
        CountDownLatch inForce = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            List<Future<?>> callers = new ArrayList<>();
            callers.add(pool.submit(() -> {
                journal.commit(() -> {
                    inForce.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
                return null;
            }));
            inForce.await();
            for (int i = 0; i < 4; i++) {
                if (i == 2) {
                    journal.append(TestBatches.of(3, 1, 1));
                }
                callers.add(pool.submit(() -> {
                    journal.commit(IoAction.NONE);
                    return null;
                }));
            }
            Thread.sleep(50);
            disk.failForce(0);
            goOn.countDown();
            for (Future<?> caller : callers) {
                assertThatThrownBy(caller::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(VolumeFailedException.class)
                        .hasRootCauseMessage("force fails on purpose");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void assertRefuses(String cause) {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> journal.commit(IoAction.NONE))
                    .isInstanceOf(VolumeFailedException.class)
                    .hasRootCauseMessage(cause);
            assertThatThrownBy(() -> journal.append(TestBatches.of(9, 1, 1)))
                    .isInstanceOf(VolumeFailedException.class)
                    .hasRootCauseMessage(cause);
        }
    }
}
