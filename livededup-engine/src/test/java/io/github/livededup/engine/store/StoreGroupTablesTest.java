package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.BlockListener;
import io.github.livededup.engine.volume.GroupLayout;
import io.github.livededup.engine.volume.GroupSettings;
import io.github.livededup.engine.volume.GroupWriter;
import io.github.livededup.engine.volume.VolumeGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StoreGroupTablesTest {
    private static final GroupSettings SETTINGS = GroupSettings.unlimited(1 << 30);

    private final VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), 1 << 20, 4096, 32);
    private final MemoryDirectory directory = new MemoryDirectory();
    private final byte[] fingerprint = new byte[32];

    /** Or a write would fail for a block that it could only have shared. */
    @Test
    void aBlockOfADamagedGroupIsNoDuplicate() throws IOException {
        VolumeFile file = directory.open("blocks.dat", OpenMode.CREATE);
        BlockGroups written = new BlockGroups(file, geometry, SETTINGS);
        GroupWriter writer = written.writers().acquire((group, region) -> {});
        writer.append(fingerprint, 0, ByteBuffer.allocate(100), 0, 100, 0, 0, BlockListener.NONE);
        GroupLayout sealed = Objects.requireNonNull(written.writers().seal(1));
        assertThat(matches(file, sealed)).isTrue();
        file.write(ByteBuffer.wrap(new byte[] {~0}), 20); // in the group's header
        assertThat(matches(file, sealed)).isFalse();
    }

    private boolean matches(VolumeFile file, GroupLayout sealed) throws IOException {
        BlockGroups groups = new BlockGroups(file, geometry, SETTINGS);
        groups.restore().sealed(sealed);
        return new StoreGroupTables(groups).matches(BlockAddress.of(1, 0), fingerprint, 0);
    }
}
