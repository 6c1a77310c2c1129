package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedup;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes on a file system that is mounted for reading only, as a backup or a failing disk is; only root can mount. */
@Tag("root")
class ReadOnlyMountTest extends EngineCase {
    private static final VolumeOptions SMALL =
            OPTIONS.toBuilder().maxPhysicalBytes(64L << 20).build();
    private static final VolumeOptions READ_ONLY =
            SMALL.toBuilder().readOnly(true).build();

    private final byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 500);
    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.mount(temporary.resolve("disk"), 64);
        directory = disk.root().resolve("volume");
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            disk.close();
        }
    }

    /** Closed cleanly, or as a crash would leave it. */
    private void make(boolean crashed) throws IOException {
        Path live = crashed ? temporary.resolve("live") : directory;
        try (Volume volume = LiveDedup.create(live, SMALL)) {
            createImage(volume, "a", bytes);
            volume.commit();
            if (crashed) {
                FileTree.copy(live, directory);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isReadAndNotWritten(boolean crashed) throws Exception {
        make(crashed);
        disk.remount("ro");
        for (int i = 0; i < 2; i++) {
            try (Volume volume = LiveDedup.open(directory, READ_ONLY)) {
                assertThat(readImage(volume, "a")).isEqualTo(bytes);
                assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS))
                                .isClean())
                        .isTrue();
                assertThatThrownBy(() -> volume.images().delete("a")).isInstanceOf(ReadOnlyException.class);
            }
        }
        disk.remount("rw");
        try (Volume volume = LiveDedup.open(directory, SMALL)) {
            assertUsable(volume);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isRefusedForWritingByATypedException(boolean crashed) throws Exception {
        make(crashed);
        disk.remount("ro");
        assertThatThrownBy(() -> LiveDedup.open(directory, SMALL))
                .isInstanceOf(ReadOnlyException.class)
                .hasMessageContaining(directory.toString());
        assertThatThrownBy(() -> LiveDedup.create(disk.root().resolve("new"), SMALL))
                .isInstanceOf(ReadOnlyException.class)
                .hasMessageContaining(disk.root().toString());
        disk.remount("rw");
        try (Volume volume = LiveDedup.open(directory, SMALL)) {
            assertThat(readImage(volume, "a")).isEqualTo(bytes);
            assertUsable(volume);
        }
    }
}
