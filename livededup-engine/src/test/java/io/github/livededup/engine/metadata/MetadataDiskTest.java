package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.disk.DiskDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same on a real file: growth, checkpoints, space given back and taken again. */
class MetadataDiskTest {
    @Test
    void growsShrinksAndReopens(@TempDir Path folder) throws IOException {
        try (VolumeDirectory directory = DiskDirectory.createLocked(folder.resolve("volume"));
                MetadataFixture fixture = MetadataFixture.create(directory)) {
            fixture.store.groups().open(1, 0);
            int kept = fixture.image("kept");
            int dropped = fixture.image("dropped");
            for (int block = 0; block < 500_000; block += 5000) {
                fixture.store.maps().map(kept, block, BlockAddress.of(1, block), 5000);
                fixture.store.maps().map(dropped, block, BlockAddress.of(1, block), 5000);
                if (block % 100_000 == 0) {
                    fixture.checkpoint();
                }
            }
            fixture.checkpoint();
            fixture.reopen();
            fixture.assertSound();
            fixture.delete(dropped, 100);
            fixture.checkpoint();
            long before = fixture.store.statistics().allocatedBytes();
            fixture.store.trim();
            assertThat(fixture.store.statistics().allocatedBytes())
                    .isBetween(fixture.store.olderBytes(), before)
                    .isGreaterThan(before * 2 / 3);
            fixture.checkpoint();
            fixture.store.trim();
            assertThat(fixture.store.statistics().allocatedBytes()).isLessThan(before * 2 / 3);
            fixture.reopen();
            fixture.assertSound();
            int again = fixture.image("again");
            fixture.store.maps().map(again, 0, BlockAddress.of(1, 0), 400_000);
            fixture.checkpoint();
            fixture.reopen();
            fixture.assertSound();
            assertThat(fixture.store.maps().get(kept, 499_999)).isEqualTo(BlockAddress.of(1, 499_999));
            assertThat(fixture.store.references().count(BlockAddress.of(1, 7))).isEqualTo(2);
        }
    }
}
