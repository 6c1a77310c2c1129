package io.github.livededup.engine.crashkit.model;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a volume holds: its images, and the references to some blocks. Holes are not read, so images may be huge. */
public final class ObservedVolume {
    /** An image: blocks that are not zero, by number. */
    public record ObservedImage(long sizeBytes, boolean isSnapshot, TreeMap<Long, byte[]> blocks) {}

    public final Map<String, ObservedImage> images = new TreeMap<>();
    /** References of the block store's callers, where there are some. */
    public final Map<Long, Long> references = new TreeMap<>();
    /** The blocks to which there are some. */
    public final Map<Long, byte[]> contents = new TreeMap<>();
    /** Digests of the distinct blocks of images and callers together. */
    private final Set<Long> distinct = new HashSet<>();

    /** Last blocks that their image's end cuts: nobody knows what is behind it. */
    private int cutBlocks;

    private final long uniqueBlocks;

    public ObservedVolume(Volume volume, Set<Long> addresses) throws IOException {
        int blockSize = volume.blockSizeBytes();
        for (ImageInfo info : volume.images().list()) {
            TreeMap<Long, byte[]> blocks = new TreeMap<>();
            try (Image image = volume.images().openReadOnly(info.name())) {
                for (Extent extent : image.extents(0, info.sizeBytes())) {
                    if (extent.isData()) {
                        read(image, extent, blockSize, blocks);
                    }
                }
            }
            images.put(info.name(), new ObservedImage(info.sizeBytes(), info.isSnapshot(), blocks));
        }
        for (long address : addresses) {
            long count = volume.blocks().references(address);
            if (count > 0) {
                references.put(address, count);
                ByteBuffer content = ByteBuffer.allocate(blockSize);
                volume.blocks().get(address, content);
                distinct.add(ModelContent.digest(content.array()));
                contents.put(address, content.array());
            }
        }
        uniqueBlocks = volume.statistics().uniqueBlocks();
    }

    private void read(Image image, Extent extent, int blockSize, TreeMap<Long, byte[]> blocks) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(extent.lengthBytes()));
        if (image.read(all, extent.positionBytes()) != all.capacity()) {
            throw new AssertionError(image.name() + ": read less than its extents say: " + extent);
        }
        byte[] bytes = all.array();
        for (int at = 0; at < bytes.length; at += blockSize) {
            // A last block that the image's end cuts is padded with zeros.
            byte[] block = new byte[blockSize];
            System.arraycopy(bytes, at, block, 0, Math.min(blockSize, bytes.length - at));
            if (!ModelContent.isZero(block)) {
                blocks.put((extent.positionBytes() + at) / blockSize, block);
            }
            if (bytes.length - at < blockSize) {
                cutBlocks++;
            } else {
                distinct.add(ModelContent.digest(block));
            }
        }
    }

    /** The volume counts as many live blocks as its images and callers have: nothing was leaked, nothing given away. */
    public void assertNothingLeaked() {
        if (uniqueBlocks < distinct.size() || uniqueBlocks > distinct.size() + cutBlocks) {
            throw new AssertionError("live blocks: actual=" + uniqueBlocks + " expected=" + distinct.size() + " to "
                    + (distinct.size() + cutBlocks));
        }
    }
}
