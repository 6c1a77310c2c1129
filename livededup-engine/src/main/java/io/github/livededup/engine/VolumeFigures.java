package io.github.livededup.engine;

import io.github.livededup.ImageInfo;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.reclaim.Compactor;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Checkpointer;
import io.github.livededup.engine.store.Committer;
import io.github.livededup.engine.store.LiveCounters;
import io.github.livededup.engine.store.LowSpaceWatch;
import io.github.livededup.engine.store.StoreParts;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.util.List;

/** Collects a volume's statistics from its parts. */
final class VolumeFigures {
    private final VolumeDirectory directory;
    private final StoreParts parts;
    private final LiveCounters live;
    private final BlockStoreCore store;
    private final Committer committer;
    private final Checkpointer checkpointer;
    private final Compactor compactor;
    private final LowSpaceWatch space;
    private final int blockSizeBytes;

    VolumeFigures(
            VolumeDirectory directory,
            StoreParts parts,
            LiveCounters live,
            BlockStoreCore store,
            Committer committer,
            Checkpointer checkpointer,
            Compactor compactor,
            LowSpaceWatch space) {
        this.directory = directory;
        this.parts = parts;
        this.live = live;
        this.store = store;
        this.committer = committer;
        this.checkpointer = checkpointer;
        this.compactor = compactor;
        this.space = space;
        blockSizeBytes = store.settings().blockSizeBytes();
    }

    VolumeStatistics statistics() throws IOException {
        long unflushedBytes = storePending();
        List<ImageInfo> images = store.metadata().imageInfos();
        List<GroupLayout> groups = parts.groups().layouts();
        long tableBytes = groups.stream()
                .filter(GroupLayout::sealed)
                .mapToLong(info -> (long) info.slots()
                        * TableEntry.sizeBytes(store.settings().fingerprintBytes()))
                .sum();
        long dataBytes = groups.stream().mapToLong(GroupLayout::dataEnd).sum();
        return new VolumeStatistics(
                images.size(),
                images.stream().mapToLong(ImageInfo::sizeBytes).sum(),
                images.stream().mapToLong(ImageInfo::mappedBlocks).sum() * blockSizeBytes,
                live.blocks(),
                live.blocks() * blockSizeBytes,
                live.bytes(),
                Math.max(0, dataBytes - live.bytes()),
                tableBytes + fileBytes(MetadataStore.FILE_NAME) + fileBytes("superblock"),
                parts.index().bytesOnDisk(),
                parts.journal().sizeBytes(),
                parts.index().filterBytes(),
                groups.size(),
                committer.commits(),
                checkpointer.checkpoints(),
                parts.groups().usedBytes() + parts.journal().sizeBytes() + fileBytes(MetadataStore.FILE_NAME),
                space.freeBytes(),
                unflushedBytes,
                compactor.reclaimedBytes(),
                store.healedBlocks(),
                parts.index().statistics());
    }

    /** Stores what is kept in memory, so that the figures count it; returns the bytes that were kept. */
    private long storePending() {
        long bytes = store.pendingWrites().bytes();
        store.pendingWrites().storeWhatCanBe();
        return bytes;
    }

    private long fileBytes(String name) throws IOException {
        try (VolumeFile file = directory.open(name, OpenMode.READ)) {
            return file.allocatedBytes();
        }
    }
}
