package io.github.livededup.engine.crashkit.model;

import io.github.livededup.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** The model's comparison of two images: by content, block by block. */
final class ModelDiff {
    private ModelDiff() {}

    /** The ranges that differ. */
    static List<Extent> extents(ModelImageData base, ModelImageData image, long positionBytes, long lengthBytes) {
        long blockSize = image.content.blockSizeBytes;
        long end = lengthBytes > image.sizeBytes - positionBytes ? image.sizeBytes : positionBytes + lengthBytes;
        List<Extent> extents = new ArrayList<>();
        TreeSet<Long> candidates = new TreeSet<>(base.blocks.keySet());
        candidates.addAll(image.blocks.keySet());
        long first = positionBytes / blockSize;
        for (long block : candidates.tailSet(first)) {
            long start = block * blockSize;
            if (start >= end) {
                break;
            }
            int visible = (int) Math.min(blockSize, image.sizeBytes - start);
            if (!Arrays.equals(visible(base, block, visible), visible(image, block, visible))) {
                add(extents, new Extent(start, visible, image.blocks.containsKey(block)));
            }
        }
        return extents;
    }

    private static byte[] visible(ModelImageData image, long block, int lengthBytes) {
        byte[] bytes = image.block(block);
        long own = Math.max(0, Math.min(bytes.length, image.sizeBytes - block * bytes.length));
        Arrays.fill(bytes, (int) own, bytes.length, (byte) 0);
        return Arrays.copyOf(bytes, lengthBytes);
    }

    private static void add(List<Extent> extents, Extent next) {
        Extent last = extents.isEmpty() ? null : extents.get(extents.size() - 1);
        if (last != null && last.isData() == next.isData() && last.endBytes() == next.positionBytes()) {
            extents.set(
                    extents.size() - 1,
                    new Extent(last.positionBytes(), last.lengthBytes() + next.lengthBytes(), next.isData()));
        } else {
            extents.add(next);
        }
    }
}
