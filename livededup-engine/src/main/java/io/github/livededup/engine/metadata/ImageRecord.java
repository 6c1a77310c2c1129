package io.github.livededup.engine.metadata;

/**
 * An image as the catalogue knows it.
 *
 * @param id its number, from 1; a deleted image's number is used again
 * @param name its name
 * @param hidden whether it is not yet published: it has no place among the names
 * @param sizeBytes its logical size
 * @param mappedBlocks blocks that are not holes
 * @param createdMillis when it was created, since 1970
 * @param modifiedMillis when it was last changed, since 1970
 */
public record ImageRecord(
        int id,
        String name,
        boolean hidden,
        long sizeBytes,
        long mappedBlocks,
        long createdMillis,
        long modifiedMillis) {}
