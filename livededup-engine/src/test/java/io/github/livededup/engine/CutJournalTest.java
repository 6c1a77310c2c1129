package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.RepairAction;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.crashkit.ForwardingDirectory;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A journal that the system does not let us open is not one that cannot be read. */
class CutJournalTest {
    private static final VolumeOptions OPTIONS = VolumeOptions.builder().build();

    @Test
    void aJournalThatMayNotBeOpenedNowIsNotMadeAnew() throws IOException {
        MemoryDirectory memory = new MemoryDirectory();
        MemoryDirectory crashed;
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            volume.images().create("a", 4096).close();
            volume.commit();
            crashed = memory.copy();
        }
        ForwardingDirectory busy = new ForwardingDirectory(crashed) {
            @Override
            public VolumeFile open(String name, OpenMode mode) throws IOException {
                if (name.startsWith("journal/") && mode != OpenMode.CREATE) {
                    throw new FileSystemException(name, null, "Too many open files");
                }
                return super.open(name, mode);
            }
        };
        RepairMode cut = RepairMode.of(Set.of(RepairAction.CUT_JOURNAL));
        assertThatThrownBy(() -> VolumeOpener.open(busy, Path.of("busy"), OPTIONS, cut))
                .hasStackTraceContaining("Too many open files");
        try (Volume volume = MemoryProvider.open(crashed, OPTIONS)) {
            assertThat(volume.images().list()).extracting("name").containsExactly("a");
        }
    }
}
