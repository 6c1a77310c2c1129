package io.github.livededup;

/**
 * Is told when a volume's room falls below its low-space mark, once each time it does so. Called on the thread whose
 * change did it, which waits; it must return soon and may not call the volume. What it throws is logged and goes no
 * further.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface LowSpaceListener {
    /** A listener that ignores everything. */
    LowSpaceListener NONE = freeBytes -> {};

    /**
     * Takes the warning.
     *
     * @param freeBytes the room left for blocks, under the maximum physical size and on the disk
     */
    void onLowSpace(long freeBytes);
}
