package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.LiveDedup;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temporary.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString());
        assumeThat(mounted).as("only root mounts").isTrue();
        directory = disk.resolve("volume");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", disk.toString()))
                    .as("nothing of the volume is open")
                    .isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private void remount(String mode) throws Exception {
        assertThat(run("mount", "-o", "remount," + mode, disk.toString())).isTrue();
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
        remount("ro");
        for (int i = 0; i < 2; i++) {
            try (Volume volume = LiveDedup.open(directory, READ_ONLY)) {
                assertThat(readImage(volume, "a")).isEqualTo(bytes);
                assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS))
                                .isClean())
                        .isTrue();
                assertThatThrownBy(() -> volume.images().delete("a")).isInstanceOf(ReadOnlyException.class);
            }
        }
        remount("rw");
        try (Volume volume = LiveDedup.open(directory, SMALL)) {
            assertUsable(volume);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isRefusedForWritingByATypedException(boolean crashed) throws Exception {
        make(crashed);
        remount("ro");
        assertThatThrownBy(() -> LiveDedup.open(directory, SMALL))
                .isInstanceOf(ReadOnlyException.class)
                .hasMessageContaining(directory.toString());
        assertThatThrownBy(() -> LiveDedup.create(disk.resolve("new"), SMALL))
                .isInstanceOf(ReadOnlyException.class)
                .hasMessageContaining(disk.toString());
        remount("rw");
        try (Volume volume = LiveDedup.open(directory, SMALL)) {
            assertThat(readImage(volume, "a")).isEqualTo(bytes);
            assertUsable(volume);
        }
    }
}
