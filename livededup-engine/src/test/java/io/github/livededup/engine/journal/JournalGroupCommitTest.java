package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class JournalGroupCommitTest {
    private static final int THREADS = 16;
    private static final int COMMITS = 60;
    private static final JournalOptions OPTIONS =
            JournalOptions.defaults(TestBatches.VOLUME).withSegments(4, 1 << 20).withFrameBytes(4096);

    @Test
    void callersShareForcesAndEachFindsItsBatchDurable() throws Exception {
        MemoryDirectory created = new MemoryDirectory();
        Journal.create(created, OPTIONS).close();
        CrashDisk disk = CrashDisk.of(created);
        disk.slowForces(1);
        AtomicLong numbers = new AtomicLong();
        AtomicInteger dataForces = new AtomicInteger();
        Object metadataLock = new Object();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (Journal journal = Journal.open(disk, OPTIONS, 0)) {
            List<Future<?>> threads = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                threads.add(pool.submit(() -> {
                    JournalBatch batch = new JournalBatch();
                    for (int i = 0; i < COMMITS; i++) {
                        long number;
                        long position;
                        synchronized (metadataLock) {
                            number = numbers.getAndIncrement();
                            position = journal.append(TestBatches.fill(batch, number, 1 + i % 3, i * 20));
                        }
                        journal.commit(dataForces::incrementAndGet);
                        assertThat(journal.sequence()).isGreaterThanOrEqualTo(position);
                        if (i % 10 == 0) {
                            assertThat(replayedAfterPowerCut(disk)).contains(number);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> thread : threads) {
                thread.get();
            }
            // How many meet at a force is up to how busy the machine is.
            assertThat(journal.commits()).isEqualTo(dataForces.get()).isLessThan(THREADS * COMMITS);
            assertThat(disk.forces()).isLessThan(THREADS * COMMITS);
        } finally {
            pool.shutdownNow();
        }
        List<Long> all = replayedAfterPowerCut(disk);
        assertThat(all).hasSize(THREADS * COMMITS).isSorted();
    }

    @Test
    void whoHasNothingNewWaitsForTheCommitThatCoversIt() throws Exception {
        MemoryDirectory directory = new MemoryDirectory();
        CountDownLatch inForce = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            journal.append(TestBatches.of(1, 1, 1));
            Future<?> leader = pool.submit(() -> {
                journal.commit(() -> {
                    inForce.countDown();
                    await(goOn);
                });
                return null;
            });
            inForce.await();
            AtomicInteger forcedBySecond = new AtomicInteger();
            Future<?> second = pool.submit(() -> {
                journal.commit(forcedBySecond::incrementAndGet);
                return null;
            });
            Thread.sleep(50);
            assertThat(second.isDone()).isFalse();
            goOn.countDown();
            leader.get();
            second.get();
            assertThat(forcedBySecond).hasValue(0);
            assertThat(journal.commits()).isEqualTo(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whatIsSpilledIntoASegmentWhileItIsForcedIsForcedByTheNextCommit() throws Exception {
        JournalOptions options = OPTIONS.withSegments(3, 5 * 4096).withFrameBytes(512);
        MemoryDirectory created = new MemoryDirectory();
        Journal.create(created, options).close();
        CrashDisk disk = CrashDisk.of(created);
        try (Journal journal = Journal.open(disk, options, 0)) {
            journal.append(TestBatches.of(1, 1, 1));
            AtomicInteger changes = new AtomicInteger();
            disk.onChange(live -> {
                // The commit's write, before its force, and behind it: the last.
                if (changes.incrementAndGet() == 3) {
                    journal.append(TestBatches.of(2, 40, 300));
                }
            });
            journal.commit(IoAction.NONE);
            assertThat(changes.get()).isGreaterThanOrEqualTo(3);
            disk.onChange(live -> {});
            journal.commit(IoAction.NONE);
        }
        try (Journal journal = Journal.open(disk.forcedOnly(), options, 0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L, 2L);
        }
    }

    @Test
    void anInterruptNeitherFailsACommitNorGetsLost() throws Exception {
        try (Journal journal = Journal.create(new MemoryDirectory(), OPTIONS)) {
            journal.append(TestBatches.of(1, 1, 1));
            Thread.currentThread().interrupt();
            journal.commit(IoAction.NONE);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static List<Long> replayedAfterPowerCut(CrashDisk disk) throws IOException {
        try (Journal journal = Journal.open(disk.forcedOnly(), OPTIONS.withReadOnly(true), 0)) {
            return TestBatches.replayed(journal);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
