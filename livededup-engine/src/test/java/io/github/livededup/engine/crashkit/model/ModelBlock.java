package io.github.livededup.engine.crashkit.model;

/** A block of the model: its bytes, and who references it. */
public final class ModelBlock {
    public final long address;
    public final byte[] content;
    /** References of the block store's callers. */
    public long external;
    /** Places of images that map it. */
    public long mappings;

    ModelBlock(long address, byte[] content) {
        this.address = address;
        this.content = content;
    }

    public boolean isDead() {
        return external == 0 && mappings == 0;
    }
}
