package io.github.livededup.engine.io.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectoryContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DiskDirectoryTest extends VolumeDirectoryContract {
    @TempDir
    Path temporary;

    private DiskDirectory directory;

    @BeforeEach
    void create() throws IOException {
        directory = DiskDirectory.createLocked(temporary.resolve("volume"), calls());
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    SystemCalls calls() {
        return SystemCalls.detected();
    }

    @Override
    protected VolumeDirectory directory() {
        return directory;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theBindingWorksHere() {
        assertThat(SystemCalls.detected()).isInstanceOf(PosixCalls.class);
    }
}
