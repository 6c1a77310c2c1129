package io.github.livededup.engine.repair;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.JournalRecordType;
import io.github.livededup.engine.journal.JournalRecordVisitor;
import io.github.livededup.engine.metadata.GroupInfo;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.MetadataSalvage;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Images and block groups of a damaged volume, as the checkpoint and the journal tell, in memory. Records that go with
 * nothing known are passed over: what they speak of was lost before. Memory is bounded by catalogue, directory and journal.
 */
final class SalvagedState implements JournalRecordVisitor {
    private final int blockSizeBytes;
    /** By number. */
    final Map<Integer, SalvagedImage> images = new TreeMap<>();
    /** By number. */
    final Map<Integer, MetadataSalvage.Group> groups;
    /** Table entries that the journal holds, by address. */
    private final Map<Long, byte[]> entries = new HashMap<>();

    private long orphans;

    SalvagedState(
            int blockSizeBytes, Iterable<MetadataSalvage.Image> images, Map<Integer, MetadataSalvage.Group> groups) {
        this.blockSizeBytes = blockSizeBytes;
        this.groups = groups;
        for (MetadataSalvage.Image image : images) {
            this.images.put(image.image().id(), SalvagedImage.of(image));
        }
    }

    /** The table entry of a block that was added since the checkpoint, or null. */
    byte @Nullable [] entry(long address) {
        return entries.get(address);
    }

    /** How many records spoke of an image or group that is not known. */
    long orphans() {
        return orphans;
    }

    private @Nullable SalvagedImage image(long id) {
        SalvagedImage found = id > 0 && id <= Integer.MAX_VALUE ? images.get((int) id) : null;
        if (found == null) {
            orphans++;
        }
        return found;
    }

    @Override
    public void blockAdded(long address, ByteBuffer entry) {
        byte[] copy = new byte[entry.remaining()];
        entry.get(entry.position(), copy);
        entries.put(address, copy);
    }

    @Override
    public void groupOpened(int group, int region) {
        groups.put(
                group,
                new MetadataSalvage.Group(
                        new GroupInfo(group, GroupInfo.State.OPEN, region, 0, 0, 0, 0, 0, 0, 0), 0, 0));
    }

    @Override
    public void groupSealed(int group, int slotCount, long dataEndBytes, long tableOffsetBytes, int tableCrc) {
        MetadataSalvage.Group open = groups.get(group);
        if (open == null) {
            orphans++;
            return;
        }
        int region = open.info().region();
        groups.put(
                group,
                new MetadataSalvage.Group(
                        new GroupInfo(
                                group,
                                GroupInfo.State.SEALED,
                                region,
                                slotCount,
                                dataEndBytes,
                                tableOffsetBytes,
                                tableCrc,
                                0,
                                0,
                                0),
                        open.pointer(),
                        open.height()));
    }

    @Override
    public void extentMapped(long imageId, long firstBlock, int count, long firstAddress) {
        SalvagedImage image = image(imageId);
        if (image != null && isRange(firstBlock, count) && BlockAddress.isValid(firstAddress)) {
            image.overlay.put(firstBlock, count, firstAddress);
        }
    }

    @Override
    public void extentUnmapped(long imageId, long firstBlock, long count) {
        SalvagedImage image = image(imageId);
        if (image != null && isRange(firstBlock, count)) {
            image.overlay.put(firstBlock, count, BlockAddress.HOLE);
        }
    }

    private static boolean isRange(long firstBlock, long count) {
        return firstBlock >= 0 && count >= 0 && firstBlock <= ImageMap.MAX_BLOCKS && count <= ImageMap.MAX_BLOCKS;
    }

    @Override
    public void imageCreated(long imageId, String name, long sizeBytes, int flags, long timeMillis) {
        if (imageId > 0 && imageId <= Integer.MAX_VALUE) {
            images.put(
                    (int) imageId,
                    SalvagedImage.created((int) imageId, name, !isVisible(flags), sizeBytes, timeMillis));
        }
    }

    private static boolean isVisible(int flags) {
        return (flags & JournalRecordType.FLAG_VISIBLE) != 0;
    }

    @Override
    public void imageCloned(long imageId, long sourceId, String name, int flags, long timeMillis) {
        SalvagedImage source = image(sourceId);
        if (source != null && imageId > 0 && imageId <= Integer.MAX_VALUE) {
            boolean snapshot = (flags & JournalRecordType.FLAG_SNAPSHOT) != 0;
            images.put((int) imageId, source.cloned(name, !isVisible(flags), snapshot, timeMillis));
        }
    }

    @Override
    public void imagePublished(long imageId, String name) {
        SalvagedImage image = image(imageId);
        if (image != null) {
            image.hidden = false;
        }
    }

    @Override
    public void imageHidden(long imageId) {
        SalvagedImage image = image(imageId);
        if (image != null) {
            image.hidden = true;
        }
    }

    @Override
    public void imageRenamed(long imageId, String name) {
        SalvagedImage image = image(imageId);
        if (image != null) {
            image.name = name;
        }
    }

    @Override
    public void imageDeleted(long imageId) {
        images.remove((int) imageId);
    }

    @Override
    public void imageResized(long imageId, long sizeBytes) {
        SalvagedImage image = image(imageId);
        if (image != null && sizeBytes >= 0) {
            long endBlock = sizeBytes / blockSizeBytes + (sizeBytes % blockSizeBytes == 0 ? 0 : 1);
            image.overlay.put(endBlock, ImageMap.MAX_BLOCKS - endBlock, BlockAddress.HOLE);
            image.sizeBytes = sizeBytes;
        }
    }

    @Override
    public void imageTouched(long imageId, long timeMillis) {
        SalvagedImage image = image(imageId);
        if (image != null) {
            image.modifiedMillis = timeMillis;
        }
    }

    @Override
    public void referenceChanged(long address, int delta) {
        // Callers of the block store know their addresses; the new volume has others.
    }
}
