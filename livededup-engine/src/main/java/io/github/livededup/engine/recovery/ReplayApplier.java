package io.github.livededup.engine.recovery;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.JournalRecordType;
import io.github.livededup.engine.journal.JournalRecordVisitor;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Applies committed journal records to what the last checkpoint left, in memory. Each does what the change did when it
 * was made, so after the last one memory is as it was at the last commit. Nothing is written: a replay that is cut short
 * is begun anew at the next open.
 */
public final class ReplayApplier implements JournalRecordVisitor {
    private final MetadataStore metadata;
    private final BlockGroups groups;
    private final int blockSizeBytes;
    private final String resource;
    private long batches;

    /**
     * Makes the applier.
     *
     * @param metadata as the checkpoint left it
     * @param groups as the checkpoint left them
     * @param blockSizeBytes the block size
     * @param resource the journal as messages name it
     */
    public ReplayApplier(MetadataStore metadata, BlockGroups groups, int blockSizeBytes, String resource) {
        this.metadata = metadata;
        this.groups = groups;
        this.blockSizeBytes = blockSizeBytes;
        this.resource = resource;
    }

    /**
     * Batches applied.
     *
     * @return their number
     */
    public long batches() {
        return batches;
    }

    @Override
    public void blockAdded(long address, ByteBuffer entry) throws IOException {
        groups.restore().appended(address, entry);
    }

    @Override
    public void groupOpened(int group, int region) throws IOException {
        groups.restore().open(group, region);
        metadata.groups().open(group, region);
    }

    @Override
    public void groupSealed(int group, int slotCount, long dataEndBytes, long tableOffsetBytes, int tableCrc)
            throws IOException {
        groups.restore()
                .seal(new GroupLayout(
                        group,
                        groups.layout(group).region(),
                        true,
                        slotCount,
                        Math.toIntExact(dataEndBytes),
                        Math.toIntExact(tableOffsetBytes),
                        tableCrc));
        metadata.groups().seal(group, slotCount, dataEndBytes, tableOffsetBytes, tableCrc);
    }

    @Override
    public void extentMapped(long imageId, long firstBlock, int count, long firstAddress) throws IOException {
        metadata.maps().map(image(imageId), firstBlock, firstAddress, count);
    }

    @Override
    public void extentUnmapped(long imageId, long firstBlock, long count) throws IOException {
        metadata.maps().unmap(image(imageId), firstBlock, count);
    }

    @Override
    public void imageCreated(long imageId, String name, long sizeBytes, int flags, long timeMillis) throws IOException {
        boolean hidden = (flags & JournalRecordType.FLAG_VISIBLE) == 0;
        metadata.catalogue().create(Math.toIntExact(imageId), name, hidden, sizeBytes, timeMillis);
    }

    @Override
    public void imageCloned(long imageId, long sourceId, String name, int flags, long timeMillis) throws IOException {
        int id = Math.toIntExact(imageId);
        int source = image(sourceId);
        boolean hidden = (flags & JournalRecordType.FLAG_VISIBLE) == 0;
        boolean snapshot = (flags & JournalRecordType.FLAG_SNAPSHOT) != 0;
        metadata.catalogue().createFrom(source, id, name, hidden, snapshot, timeMillis);
        metadata.maps().share(source, id);
    }

    @Override
    public void imageHidden(long imageId) throws IOException {
        metadata.catalogue().hide(image(imageId));
    }

    @Override
    public void imagePublished(long imageId, String name) throws IOException {
        int id = image(imageId);
        metadata.catalogue().publish(id, record(id).modifiedMillis());
    }

    @Override
    public void imageRenamed(long imageId, String name) throws IOException {
        metadata.catalogue().rename(image(imageId), name);
    }

    @Override
    public void imageDeleted(long imageId) throws IOException {
        int id = image(imageId);
        metadata.catalogue().hide(id);
        metadata.maps().unmap(id, 0, ImageMap.MAX_BLOCKS);
        metadata.catalogue().remove(id);
    }

    @Override
    public void imageResized(long imageId, long sizeBytes) throws IOException {
        int id = image(imageId);
        long endBlock = (sizeBytes + blockSizeBytes - 1) / blockSizeBytes;
        metadata.maps().unmap(id, endBlock, ImageMap.MAX_BLOCKS - endBlock);
        metadata.catalogue().resize(id, sizeBytes, record(id).modifiedMillis());
    }

    @Override
    public void imageTouched(long imageId, long timeMillis) throws IOException {
        metadata.catalogue().touch(image(imageId), timeMillis);
    }

    @Override
    public void referenceChanged(long address, int delta) throws IOException {
        metadata.references().addExternal(address, delta);
    }

    @Override
    public void endBatch() {
        batches++;
    }

    private int image(long imageId) throws IOException {
        return record(imageId).id();
    }

    private ImageRecord record(long imageId) throws IOException {
        ImageRecord found = imageId <= 0 || imageId > Integer.MAX_VALUE
                ? null
                : metadata.catalogue().get((int) imageId);
        if (found == null) {
            throw new CorruptionException(resource, "record of an image that is not there: actual=" + imageId);
        }
        return found;
    }
}
