package io.github.livededup.jmh.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessFiguresTest {
    @Test
    void theJvmsAccountIsRead() {
        String answer = """
                Native Memory Tracking:

                Total: reserved=1795060KB, committed=113036KB
                -                 Java Heap (reserved=262144KB, committed=65536KB)
                                            (mmap: reserved=262144KB, committed=65536KB)

                -                     Class (reserved=1048656KB, committed=208KB)
                                            (classes #504)
                                            (malloc=80KB #663)
                -    Native Memory Tracking (reserved=126KB, committed=2048KB)
                """;
        assertThat(NativeMemory.parse(answer))
                .containsExactly(
                        Map.entry("Java Heap", 64.0),
                        Map.entry("Class", 208 / 1024.0),
                        Map.entry("Native Memory Tracking", 2.0));
        assertThat(NativeMemory.parse("Native memory tracking is not enabled")).isEmpty();
    }

    @Test
    void theMappingsOfTheVolumeAreTold() {
        List<String> maps = List.of(
                "7f0000000000-7f0000400000 rw-s 00000000 fe:00 42 /tmp/v/blocks.dat",
                "Size:               4096 kB",
                "Rss:                1024 kB",
                "VmFlags: rd wr sh",
                "7f0000400000-7f0000500000 rw-p 00000000 00:00 0",
                "Rss:                 900 kB",
                "7f0000500000-7f0000900000 r--s 00000000 fe:00 42 /tmp/v/index/1.cmap",
                "Rss:                 512 kB",
                "7f0000900000-7f0000a00000 r--s 00000000 fe:00 42 /tmp/vv/other",
                "Rss:                 300 kB");
        assertThat(ProcessFigures.residentMib(maps, "/tmp/v/")).isEqualTo(1.5);
    }

    @Test
    void thisProcessIsMeasured() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/smaps")), "needs Linux's /proc");
        ByteBuffer buffer = ByteBuffer.allocateDirect(3 << 20);
        Map<Metric, Double> values = ProcessFigures.read(Path.of("/nowhere"));
        assertThat(values.get(Metric.DIRECT_BUFFERS)).isGreaterThanOrEqualTo(buffer.capacity() >> 20);
        assertThat(values.get(Metric.RSS)).isGreaterThan(values.get(Metric.RSS_ANONYMOUS));
        assertThat(values.get(Metric.MAPPED_VOLUME)).isZero();
        assertThat(values.get(Metric.THREADS)).isGreaterThan(5);
        assertThat(values.get(Metric.DESCRIPTORS)).isGreaterThan(3);
        assertThat(values.get(Metric.MAPPINGS)).isGreaterThan(50);
        ProcessFigures.readAfterGc(Path.of("/nowhere"), values);
        assertThat(values.get(Metric.HEAP_AFTER_GC)).isPositive();
        assertThat(values.get(Metric.ENGINE_MEMORY))
                .isEqualTo(values.get(Metric.HEAP_AFTER_GC) + values.get(Metric.DIRECT_AFTER_GC));
        assertThat(values.get(Metric.DIRECT_AFTER_GC)).isGreaterThanOrEqualTo(buffer.capacity() >> 20);
    }
}
