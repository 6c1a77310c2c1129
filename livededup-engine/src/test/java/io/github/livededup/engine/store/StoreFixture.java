package io.github.livededup.engine.store;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.IndexBackend;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.JournalRecordType;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.index.IndexSettings;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalOptions;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.metadata.LivenessListener;
import io.github.livededup.engine.metadata.MetadataRoots;
import io.github.livededup.engine.metadata.MetadataSettings;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.recovery.Roots;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.BlockListener;
import io.github.livededup.engine.volume.GroupSettings;
import io.github.livededup.engine.volume.GroupWriter;
import io.github.livededup.engine.volume.VolumeGeometry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;

/** The parts of a new volume, without what is above them: changes are journaled and applied by hand. */
final class StoreFixture implements Closeable {
    static final int FINGERPRINT_BYTES = 32;
    static final int ENTRY_BYTES = TableEntry.sizeBytes(FINGERPRINT_BYTES);
    static final int SEGMENT_BYTES = 32 * 4096;
    private static final int GROUP_BYTES = 4 << 20;
    private static final int BLOCK = 4096;
    private static final VolumeFormat FORMAT =
            new VolumeFormat(new UUID(3, 4), 0, BLOCK, GROUP_BYTES, FingerprintAlgorithm.SHA_256);

    final StoreParts parts;
    private final JournalBatch batch = new JournalBatch();
    private long seed;

    private StoreFixture(StoreParts parts) {
        this.parts = parts;
    }

    static MetadataSettings metadataSettings(SpaceLimit limit) {
        return new MetadataSettings(FORMAT.volumeId(), ENTRY_BYTES, 1 << 20, false, LivenessListener.NONE, limit);
    }

    static JournalOptions journalOptions() {
        return JournalOptions.defaults(FORMAT.volumeId()).withSegments(2, SEGMENT_BYTES);
    }

    static StoreFixture create(VolumeDirectory directory, SpaceLimit limit) throws IOException {
        MetadataStore metadata = MetadataStore.create(directory, metadataSettings(limit));
        MetadataRoots roots = metadata.checkpoint();
        metadata.checkpointDone();
        Superblock first = new Superblock(FORMAT, roots.generation(), Roots.toFormat(roots), 0, 0, true, 0);
        BlockGroups groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.CREATE),
                new VolumeGeometry(FORMAT.volumeId(), GROUP_BYTES, BLOCK, FINGERPRINT_BYTES),
                GroupSettings.unlimited(1 << 20));
        IndexSettings index = new IndexSettings(IndexBackend.BUILT_IN, false, FORMAT.volumeId(), 0, 1 << 20);
        return new StoreFixture(new StoreParts(
                "memory",
                groups,
                metadata,
                Journal.create(directory, journalOptions()),
                SuperblockFile.create(directory, first),
                FingerprintIndex.open(directory, index, new StoreGroupTables(groups)),
                new KeepAlive("memory"),
                new FailureLatch("memory"),
                new VolumeLocks(),
                limit));
    }

    /** Makes an image, in the journal and in memory. */
    void image(String name) throws IOException {
        int id = parts.metadata().catalogue().freeId();
        batch.clear();
        JournalRecords.imageCreated(batch, id, name, BLOCK, JournalRecordType.FLAG_VISIBLE, 1);
        parts.journal().append(batch);
        parts.metadata().catalogue().create(id, name, false, BLOCK, 1);
    }

    /** Appends blocks of 100 bytes to the open group 1, which comes with the first; not journaled but for that. */
    void blocks(int count) throws IOException {
        GroupWriter writer = parts.groups().writers().acquire((group, region) -> {
            batch.clear();
            JournalRecords.groupOpened(batch, group, region);
            parts.journal().append(batch);
            parts.metadata().groups().open(group, region);
        });
        ByteBuffer bytes = ByteBuffer.allocate(100);
        for (int i = 0; i < count; i++) {
            new Random(seed).nextBytes(bytes.array());
            int crc = Checksums.crc32c(bytes.array(), 0, 100);
            if (writer.append(fingerprint(seed), 0, bytes, 0, 100, 0, crc, BlockListener.NONE) == BlockAddress.HOLE) {
                throw new IllegalStateException("group 1 is full");
            }
            seed++;
        }
        parts.groups().writers().release(writer);
    }

    static byte[] fingerprint(long seed) {
        byte[] fingerprint = new byte[FINGERPRINT_BYTES];
        new Random(~seed).nextBytes(fingerprint);
        return fingerprint;
    }

    @Override
    public void close() throws IOException {
        parts.index().close(0);
        parts.journal().close();
        parts.metadata().close();
        parts.groups().close();
        parts.superblocks().close();
    }
}
