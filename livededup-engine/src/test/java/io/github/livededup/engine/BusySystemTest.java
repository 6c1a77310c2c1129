package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedupException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.crashkit.ForwardingDirectory;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the system has no descriptors left says nothing of the volume: it does not count as damaged. */
class BusySystemTest {
    private static final VolumeOptions OPTIONS = VolumeOptions.builder().build();

    @ParameterizedTest
    @ValueSource(strings = {"superblock", "metadata.dat", "blocks.dat", "journal/000000.log"})
    void aFileThatCannotBeOpenedNowIsNotDamaged(String name) throws IOException {
        MemoryDirectory memory = new MemoryDirectory();
        MemoryProvider.create(memory, OPTIONS).close();
        ForwardingDirectory busy = busy(memory, name);
        assertThatThrownBy(() -> MemoryProvider.open(busy, OPTIONS))
                .isInstanceOf(FileSystemException.class)
                .isNotInstanceOf(LiveDedupException.class)
                .hasMessageContaining("Too many open files");
        MemoryProvider.open(memory, OPTIONS).close();
    }

    private static ForwardingDirectory busy(MemoryDirectory memory, String file) {
        return new ForwardingDirectory(memory) {
            @Override
            public VolumeFile open(String name, OpenMode mode) throws IOException {
                if (name.equals(file)) {
                    throw new FileSystemException(name, null, "Too many open files");
                }
                return super.open(name, mode);
            }
        };
    }
}
