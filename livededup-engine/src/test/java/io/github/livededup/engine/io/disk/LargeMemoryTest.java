package io.github.livededup.engine.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LargeMemoryTest {
    private static final int SIZE = (64 << 20) + 12_345;

    @Test
    void isZeroedAndLittleEndianWithOrWithoutLargePages() {
        for (SystemCalls calls : new SystemCalls[] {SystemCalls.detected(), SystemCalls.NONE}) {
            LargeMemory memory = LargeMemory.allocate(SIZE, calls);
            ByteBuffer buffer = memory.buffer();
            assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(buffer.position()).isZero();
            assertThat(buffer.limit()).isEqualTo(SIZE);
            assertThat(buffer.capacity()).isEqualTo(SIZE);
            for (int at = 0; at <= SIZE - Long.BYTES; at += 4091) {
                assertThat(buffer.getLong(at)).isZero();
                buffer.putLong(at, at);
            }
            for (int at = 0; at <= SIZE - Long.BYTES; at += 4091) {
                assertThat(buffer.getLong(at)).isEqualTo(at);
            }
            memory.free();
        }
    }

    @Test
    void theSystemIsAskedForLargePagesUntilItIsFreed() throws IOException {
        assumeLargePages();
        long before = advisedKib();
        LargeMemory small = LargeMemory.allocate(LargeMemory.WORTH_BYTES - 1);
        assertThat(advisedKib()).isEqualTo(before);
        LargeMemory memory = LargeMemory.allocate(SIZE);
        assertThat(advisedKib() - before).isBetween((long) SIZE >> 10, (SIZE >> 10) + 4L);
        memory.free();
        memory.free();
        assertThat(advisedKib()).isEqualTo(before);
        small.free();
    }

    @Test
    void aSliceKeepsItAndTheCollectorFreesIt() throws Exception {
        assumeLargePages();
        long before = advisedKib();
        ByteBuffer slice =
                LargeMemory.allocate(SIZE).buffer().slice(SIZE / 2, 100).duplicate();
        for (int i = 0; i < 10; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(advisedKib()).isGreaterThan(before);
        assertThat(slice.get(99)).isZero();
        Reference.reachabilityFence(slice);
        slice = ByteBuffer.allocate(0);
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (advisedKib() > before && System.nanoTime() < end) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(advisedKib()).isEqualTo(before);
    }

    private static void assumeLargePages() {
        assumeTrue(SystemCalls.detected() != SystemCalls.NONE, "no system calls");
        assumeTrue(Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")), "no large pages");
    }

    /** The size of this process's mappings for which large pages were asked ("hg" in proc_pid_smaps(5)). */
    private static long advisedKib() throws IOException {
        long advised = 0;
        long size = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.startsWith("Size:")) {
                size = Long.parseLong(line.replaceAll("\\D", ""));
            } else if (line.startsWith("VmFlags:") && (line + " ").contains(" hg ")) {
                advised += size;
            }
        }
        return advised;
    }
}
