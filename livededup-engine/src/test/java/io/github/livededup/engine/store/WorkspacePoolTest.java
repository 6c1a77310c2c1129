package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinters;
import io.github.livededup.engine.volume.StoredBlock;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class WorkspacePoolTest {
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int KEPT = 2;
    private static final int TAKEN = 20;
    private static final int THREADS = 5;
    private static final int ROUNDS = 20_000;

    private final WorkspacePool pool = poolOf(KEPT, BLOCK_BYTES);

    /** A pool of workspaces that do not compress. */
    static WorkspacePool poolOf(int keep, int blockBytes) {
        return new WorkspacePool(
                keep,
                () -> new Workspace(
                        Fingerprinters.of(FingerprintAlgorithm.SHA_256).newFingerprinter(),
                        BlockCodec.of(Compression.NONE),
                        new StoredBlock(),
                        blockBytes,
                        32));
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(bean -> bean.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** They stay reachable here, so it is not the garbage collector who gives their memory back. */
    @Test
    void whatItDoesNotKeepGivesItsMemoryBack() {
        List<Workspace> workspaces = new ArrayList<>();
        for (int i = 0; i < TAKEN; i++) {
            workspaces.add(pool.acquire());
        }
        long each = 2L * Workspace.BATCH_BLOCKS * BLOCK_BYTES; // staging and batch, and some more
        long before = directBytes();
        assertThat(before).isGreaterThanOrEqualTo(TAKEN * each);
        workspaces.forEach(pool::release);
        assertThat(before - directBytes()).isGreaterThanOrEqualTo((TAKEN - KEPT) * each);
        assertThat(workspaces).contains(pool.acquire(), pool.acquire());
        assertThat(workspaces).doesNotContain(pool.acquire());
    }

    /** One workspace in the hands of two threads would mix their blocks up. */
    @Test
    void noTwoThreadsHaveTheSame() throws Exception {
        Set<Workspace> taken = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Integer>> shared = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                shared.add(threads.submit(() -> takenTwice(taken)));
            }
            for (Future<Integer> count : shared) {
                assertThat(count.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(taken).isEmpty();
    }

    private int takenTwice(Set<Workspace> taken) {
        int twice = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Workspace workspace = pool.acquire();
            if (!taken.add(workspace)) {
                twice++;
            }
            Thread.onSpinWait();
            taken.remove(workspace);
            pool.release(workspace);
        }
        return twice;
    }
}
