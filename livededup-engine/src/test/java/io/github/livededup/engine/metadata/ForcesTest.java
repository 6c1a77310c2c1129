package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.MetadataRoots;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What says that it is durable was forced before: each force is there, once. */
class ForcesTest {
    private static final VolumeFormat FORMAT =
            new VolumeFormat(new UUID(1, 2), 1_800_000_000_000L, 4096, 1 << 27, FingerprintAlgorithm.SHA_256);

    private final FaultyDirectory directory = new FaultyDirectory(new MemoryDirectory());

    @Test
    void ofTheSuperblock() throws IOException {
        Superblock first = new Superblock(FORMAT, 1, MetadataRoots.EMPTY, 0, 1, false, 0);
        try (SuperblockFile file = SuperblockFile.create(directory, first)) {
            long created = directory.count(FileOperation.FORCE);
            assertThat(created).as("the new file").isEqualTo(1);
            assertThat(directory.count(FileOperation.FORCE_FOLDER))
                    .as("its name")
                    .isEqualTo(1);
            assertThat(directory.count(FileOperation.ALLOCATE)).as("its room").isEqualTo(1);
            file.write(first.next(MetadataRoots.EMPTY, 4096, 2, false));
            assertThat(directory.count(FileOperation.FORCE)).isEqualTo(created + 1);
            file.write(file.current().next(MetadataRoots.EMPTY, 8192, 2, true));
            assertThat(directory.count(FileOperation.FORCE)).isEqualTo(created + 2);
        }
    }

    @Test
    void ofACheckpoint() throws IOException {
        try (MetadataFixture fixture = MetadataFixture.create(directory)) {
            fixture.image("a");
            long before = directory.count(FileOperation.FORCE);
            fixture.store.checkpoint();
            assertThat(directory.count(FileOperation.FORCE)).isEqualTo(before + 1);
            fixture.store.checkpointDone();
        }
    }
}
