package io.github.livededup.engine.nio;

import io.github.livededup.Durability;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the file system share: one over a new volume, opened by its URI. */
abstract class NioCase extends EngineCase {
    static final VolumeOptions SMALL =
            OPTIONS.toBuilder().durability(Durability.EXPLICIT).build();

    FileSystem fileSystem;
    Path root;

    @BeforeEach
    void openFileSystem() throws IOException {
        fileSystem = FileSystems.newFileSystem(uri(directory), Map.of("create", true, "options", SMALL));
        root = fileSystem.getPath("/");
    }

    /** Closes the file system, and looks at what it left behind. */
    @AfterEach
    void closeFileSystem() throws IOException {
        fileSystem.close();
        try (Volume volume = LiveDedup.open(directory, SMALL)) {
            assertClean(volume);
        }
    }

    /** Verifies everything; for tests that are no such case. */
    static void assertSound(Volume volume) throws IOException {
        assertClean(volume);
    }

    static URI uri(Path volume) {
        return URI.create("livededup:" + volume.toUri());
    }
}
