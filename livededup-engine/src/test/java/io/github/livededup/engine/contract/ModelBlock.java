package io.github.livededup.engine.contract;

/** A block of the model: its bytes, and who references it. */
final class ModelBlock {
    final long address;
    final byte[] content;
    /** References of the block store's callers. */
    long external;
    /** Places of images that map it. */
    long mappings;

    ModelBlock(long address, byte[] content) {
        this.address = address;
        this.content = content;
    }

    boolean isDead() {
        return external == 0 && mappings == 0;
    }
}
