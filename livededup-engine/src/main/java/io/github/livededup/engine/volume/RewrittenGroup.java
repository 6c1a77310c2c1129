package io.github.livededup.engine.volume;

/** A group's copy in another region, not yet in use. */
public final class RewrittenGroup {
    private final BlockGroup group;
    private final long copiedBytes;
    private final long damagedBlocks;

    RewrittenGroup(BlockGroup group, long copiedBytes, long damagedBlocks) {
        this.group = group;
        this.copiedBytes = copiedBytes;
        this.damagedBlocks = damagedBlocks;
    }

    BlockGroup group() {
        return group;
    }

    /**
     * Where the copy lies.
     *
     * @return its figures
     */
    public GroupLayout layout() {
        return group.layout();
    }

    /**
     * What was copied.
     *
     * @return stored bytes
     */
    public long copiedBytes() {
        return copiedBytes;
    }

    /**
     * Blocks that fail their checksum, and were copied as they are.
     *
     * @return their number
     */
    public long damagedBlocks() {
        return damagedBlocks;
    }
}
