package io.github.livededup.engine.crashkit.model;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An image of the model: a size and the blocks that are not holes. Bytes past the end within the last block are kept by a
 * shrink and made zero by the next growth, as nobody can read them in between.
 */
public final class ModelImageData {
    public final ModelContent content;
    public final Instant created = Instant.now();
    public final TreeMap<Long, ModelBlock> blocks = new TreeMap<>();
    public Instant modified = created;
    public boolean isSnapshot;
    /** What it was taken from, if anything; that may be deleted. */
    @Nullable
    public ModelImageData origin;

    public String name;
    public long sizeBytes;
    public boolean deleted;

    ModelImageData(ModelContent content, String name, long sizeBytes) {
        this.content = content;
        this.name = name;
        this.sizeBytes = sizeBytes;
    }

    /** Another image with the same content. */
    ModelImageData copy(String newName, boolean snapshot) {
        ModelImageData copy = new ModelImageData(content, newName, sizeBytes);
        copy.isSnapshot = snapshot;
        copy.origin = this;
        copy.blocks.putAll(blocks);
        blocks.values().forEach(block -> block.mappings++);
        return copy;
    }

    /** The blocks that would die with the image. */
    public long exclusiveBlocks() {
        Map<ModelBlock, Long> occurrences = new HashMap<>();
        blocks.values().forEach(block -> occurrences.merge(block, 1L, Long::sum));
        return occurrences.entrySet().stream()
                .filter(entry -> entry.getKey().external == 0 && entry.getKey().mappings == entry.getValue())
                .count();
    }

    public byte[] block(long index) {
        ModelBlock block = blocks.get(index);
        return block == null ? new byte[content.blockSizeBytes] : block.content.clone();
    }

    public void setBlock(long index, byte[] bytes) {
        ModelBlock before = blocks.get(index);
        if (ModelContent.isZero(bytes)) {
            blocks.remove(index);
        } else {
            ModelBlock block = content.intern(bytes);
            block.mappings++;
            blocks.put(index, block);
        }
        if (before != null) {
            before.mappings--;
            content.forgetIfDead(before);
        }
    }

    /** Overwrites a range, block by block. */
    void overwrite(long positionBytes, byte[] bytes) {
        int blockSize = content.blockSizeBytes;
        int done = 0;
        while (done < bytes.length) {
            long index = (positionBytes + done) / blockSize;
            int inBlock = (int) ((positionBytes + done) % blockSize);
            int part = Math.min(bytes.length - done, blockSize - inBlock);
            byte[] block = block(index);
            System.arraycopy(bytes, done, block, inBlock, part);
            setBlock(index, block);
            done += part;
        }
        modified = Instant.now();
    }

    /** Makes a range zero without visiting its holes. */
    public void clear(long fromBytes, long toBytes) {
        long blockSize = content.blockSizeBytes;
        Long index = blocks.ceilingKey(fromBytes / blockSize);
        while (index != null && index * blockSize < toBytes) {
            byte[] block = block(index);
            long start = Math.max(0, fromBytes - index * blockSize);
            long end = Math.min(blockSize, toBytes - index * blockSize);
            Arrays.fill(block, (int) start, (int) end, (byte) 0);
            setBlock(index, block);
            index = blocks.higherKey(index);
        }
        modified = Instant.now();
    }

    void discard(long positionBytes, long lengthBytes) {
        clear(positionBytes, positionBytes + lengthBytes);
        long lastBlock = (sizeBytes - 1) / content.blockSizeBytes;
        boolean isLastWhole = lengthBytes > 0 && positionBytes <= lastBlock * content.blockSizeBytes;
        if (isLastWhole && positionBytes + lengthBytes == sizeBytes) {
            setBlock(lastBlock, new byte[content.blockSizeBytes]);
        }
    }

    void resize(long newSizeBytes) {
        long blockSize = content.blockSizeBytes;
        if (newSizeBytes > sizeBytes) {
            clear(sizeBytes, Long.MAX_VALUE);
        } else {
            clear((newSizeBytes + blockSize - 1) / blockSize * blockSize, Long.MAX_VALUE);
        }
        sizeBytes = newSizeBytes;
    }
}
