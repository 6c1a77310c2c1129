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
import org.junit.jupiter.api.Test;

class WorkspacePoolTest {
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int KEPT = 2;
    private static final int TAKEN = 20;

    private final WorkspacePool pool = new WorkspacePool(
            KEPT,
            () -> new Workspace(
                    Fingerprinters.of(FingerprintAlgorithm.SHA_256).newFingerprinter(),
                    BlockCodec.of(Compression.NONE),
                    new StoredBlock(),
                    BLOCK_BYTES,
                    32));

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
}
