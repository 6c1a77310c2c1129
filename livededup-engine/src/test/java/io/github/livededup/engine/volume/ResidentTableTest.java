package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.disk.DiskDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of many small blocks, whose tables take 1.5 MiB each, in a file: what the system says is resident. */
class ResidentTableTest {
    private static final int GROUP_BYTES = 16 << 20;
    private static final int GROUPS = 12;
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    /** What Linux maps around a page that is touched, at most. */
    private static final long MAPPED_AROUND = 1 << 20;

    @TempDir
    Path folder;

    private DiskDirectory directory;

    @BeforeEach
    void open() throws IOException {
        assumeThat(MAPPINGS).exists();
        directory = DiskDirectory.createLocked(folder.resolve("volume"));
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    @Test
    void tablesThatWereReadAreDroppedAboveTheBudget() throws IOException {
        long budget = 4L << 20;
        try (BlockGroups groups = sealedGroups(budget)) {
            FingerprintHeads heads = new FingerprintHeads();
            for (int group = GROUPS;
                    group > 0;
                    group--) { // the last, so that what is dropped first is what was just read
                assertThat(groups.forEachHead(group, heads, part -> {})).isZero();
            }
            assertThat(residentBytes()).isLessThanOrEqualTo(budget + MAPPED_AROUND);
        }
    }

    @Test
    void tablesThatWereCheckedAreDroppedAboveTheBudget() throws IOException {
        long budget = 4L << 20;
        try (BlockGroups groups = sealedGroups(budget)) {
            for (int group = GROUPS; group > 0; group--) {
                groups.check(group);
            }
            assertThat(residentBytes()).isLessThanOrEqualTo(budget + MAPPED_AROUND);
        }
    }

    @Test
    void whatIsReadIsDroppedBehindTheReading() throws IOException {
        try (BlockGroups groups = sealedGroups(0)) {
            for (int group = GROUPS; group > 0; group--) {
                assertThat(groups.isUsable(BlockAddress.of(group, 0))).isTrue();
                assertThat(groups.touchedBytes()).isZero();
                assertThat(residentBytes()).isZero();
            }
        }
    }

    private BlockGroups sealedGroups(long budget) throws IOException {
        VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, 4096, 32);
        BlockGroups groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.CREATE), geometry, GroupSettings.unlimited(budget));
        byte[] fingerprint = new byte[32];
        ByteBuffer number = ByteBuffer.wrap(fingerprint);
        ByteBuffer stored = ByteBuffer.allocate(1);
        long count = 0;
        for (int group = 1; group <= GROUPS; group++) {
            GroupWriter writer = groups.writers().acquire((opened, region) -> {});
            do {
                number.putLong(0, ++count);
            } while (writer.append(fingerprint, 0, stored, 0, 1, 0, 0) != BlockAddress.HOLE);
            groups.writers().seal(writer);
            groups.writers().release(writer);
        }
        groups.force();
        return groups;
    }

    private long residentBytes() throws IOException {
        long kib = 0;
        boolean isOurs = false;
        for (String line : Files.readAllLines(MAPPINGS)) {
            if (line.matches("[0-9a-f]+-.*")) {
                isOurs = line.contains(folder.toRealPath() + "/");
            } else if (isOurs && line.startsWith("Rss:")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib << 10;
    }
}
