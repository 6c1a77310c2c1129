package io.github.livededup.engine.recovery;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.metadata.LivenessListener;
import io.github.livededup.engine.metadata.MetadataSettings;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.SpaceGuard;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupSettings;
import io.github.livededup.engine.volume.VolumeGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An empty volume's metadata and block groups, in memory. */
abstract class RecoveryCase {
    static final int BLOCK = 4096;
    static final int FINGERPRINT_BYTES = 32;
    static final int ENTRY_BYTES = TableEntry.sizeBytes(FINGERPRINT_BYTES);
    private static final UUID VOLUME = new UUID(3, 4);

    MetadataStore metadata;
    BlockGroups groups;

    @BeforeEach
    void createVolume() throws IOException {
        MemoryDirectory directory = new MemoryDirectory();
        metadata = MetadataStore.create(
                directory,
                new MetadataSettings(VOLUME, ENTRY_BYTES, 1 << 20, false, LivenessListener.NONE, SpaceGuard.UNLIMITED));
        groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.CREATE),
                new VolumeGeometry(VOLUME, 1 << 20, BLOCK, FINGERPRINT_BYTES),
                GroupSettings.unlimited(1 << 20));
    }

    @AfterEach
    void closeVolume() throws IOException {
        groups.close();
        metadata.close();
    }

    static byte[] fingerprint(long seed) {
        byte[] fingerprint = new byte[FINGERPRINT_BYTES];
        new Random(seed).nextBytes(fingerprint);
        return fingerprint;
    }

    /** Table entries of a group's blocks of 100 bytes, in slot order; each one's fingerprint is told by its slot. */
    static ByteBuffer entries(int group, int count) {
        ByteBuffer table = ByteBuffer.allocate(count * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < count; slot++) {
            TableEntry.write(
                    BlockAddress.of(group, slot),
                    table,
                    slot * ENTRY_BYTES,
                    fingerprint(slot),
                    0,
                    FINGERPRINT_BYTES,
                    dataOffsetBytes(slot),
                    100,
                    0,
                    slot,
                    new CRC32C());
        }
        return table;
    }

    /** Where a block of these lies in its group: behind the header, at the next multiple of 16. */
    static int dataOffsetBytes(int slot) {
        return 64 + slot * 112;
    }
}
