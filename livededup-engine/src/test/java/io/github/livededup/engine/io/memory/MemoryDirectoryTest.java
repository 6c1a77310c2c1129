package io.github.livededup.engine.io.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeDirectoryContract;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MemoryDirectoryTest extends VolumeDirectoryContract {
    private final MemoryDirectory directory = new MemoryDirectory();

    @Override
    protected VolumeDirectory directory() {
        return directory;
    }

    @Test
    void aCopyIsIndependent() throws IOException {
        try (VolumeFile file = directory.open("a", OpenMode.CREATE)) {
            file.write(bytes(10_000), 0);
            MemoryDirectory copy = directory.copy();
            try (VolumeFile other = copy.open("a", OpenMode.WRITE)) {
                file.write(bytes(100), 50);
                other.write(bytes(200), 8_000);
                assertThat(read(other, 0, 8_000)).isEqualTo(bytes(8_000));
                assertThat(read(file, 50, 100)).isEqualTo(bytes(100));
                assertThat(read(file, 150, 9_850)).isEqualTo(bytes(10_000).slice(150, 9_850));
            }
            assertThat(copy.allocatedBytes())
                    .isEqualTo(directory.allocatedBytes())
                    .isEqualTo(12_288);
        }
    }

    @Test
    void aFullDirectoryRefusesWholeRequestsOnly() throws IOException {
        MemoryDirectory small = new MemoryDirectory("small", 3 * 4_096);
        VolumeFile file = small.open("a", OpenMode.CREATE);
        file.write(bytes(8_192), 0);
        assertThatThrownBy(() -> file.write(bytes(8_192), 8_192)).isInstanceOf(VolumeFullException.class);
        assertThatThrownBy(() -> file.allocate(8_192, 4_097)).isInstanceOf(VolumeFullException.class);
        assertThat(file.sizeBytes()).isEqualTo(8_192);
        file.allocate(0, 12_288);
        file.punch(0, 4_096);
        file.write(bytes(1), 100_000);
        small.delete("a");
        assertThat(small.allocatedBytes()).isZero();
        small.open("b", OpenMode.CREATE).write(bytes(12_288), 0);
    }

    @Test
    void aClosedMappingHoldsPoison() throws IOException {
        VolumeFile file = directory.open("a", OpenMode.CREATE);
        file.write(bytes(4_096), 0);
        MappedRegion region = file.map(0, 4_096);
        region.close();
        assertThat(region.buffer().get(0)).isEqualTo(MemoryRegion.POISON);
    }
}
