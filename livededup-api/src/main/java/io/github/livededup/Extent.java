package io.github.livededup;

/**
 * A run of an image that is all data or all hole.
 *
 * @param positionBytes where it starts
 * @param lengthBytes how long it is, at least 1
 * @param isData true for stored blocks, false for a hole, which reads as zeros
 * @since 0.1.0
 */
public record Extent(long positionBytes, long lengthBytes, boolean isData) {
    /**
     * Where it ends.
     *
     * @return the position after its last byte
     */
    public long endBytes() {
        return positionBytes + lengthBytes;
    }
}
