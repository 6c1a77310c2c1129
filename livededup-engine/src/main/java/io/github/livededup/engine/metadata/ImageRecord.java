package io.github.livededup.engine.metadata;

/**
 * An image as the catalogue knows it.
 *
 * @param id its number, from 1; a deleted image's number is used again once no image names it as its origin
 * @param name its name
 * @param hidden whether it is being made or deleted: it has no place among the names
 * @param deleting whether it is being deleted: it is hidden, and its mapped blocks are not counted any more
 * @param snapshot whether it is a snapshot, which never changes
 * @param origin the number of the image it was taken from, 0 if there is none; that image may be gone, but its number
 *     is not used again
 * @param sizeBytes its logical size
 * @param mappedBlocks blocks that are not holes
 * @param createdMillis when it was created, since 1970
 * @param modifiedMillis when it was last changed, since 1970
 */
public record ImageRecord(
        int id,
        String name,
        boolean hidden,
        boolean deleting,
        boolean snapshot,
        int origin,
        long sizeBytes,
        long mappedBlocks,
        long createdMillis,
        long modifiedMillis) {}
