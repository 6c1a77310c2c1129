package io.github.livededup.engine.format;

/**
 * Where a checkpoint's metadata starts in {@code metadata.dat}.
 *
 * @param catalogue the images by id
 * @param groups the group directory
 * @param pageCounts the reference counts of pages that are shared
 * @param freeSpacePointer the first page of the list of free space, or 0
 * @param freeSpacePages how many pages that list has
 * @param metadataPages the pages of {@code metadata.dat} below which every page in use lies, page 0 included
 */
public record MetadataRoots(
        TreeRoot catalogue,
        TreeRoot groups,
        TreeRoot pageCounts,
        long freeSpacePointer,
        long freeSpacePages,
        long metadataPages) {
    /** The roots of a volume that holds nothing. */
    public static final MetadataRoots EMPTY =
            new MetadataRoots(TreeRoot.EMPTY, TreeRoot.EMPTY, TreeRoot.EMPTY, 0, 0, 0);

    /**
     * The root of a tree of pages.
     *
     * @param pointer its page: the number in bits 0 to 39, the low bits of its generation in bits 40 to 63; 0 if
     *     the tree is empty
     * @param height the levels of the tree, from 0 to 255
     */
    public record TreeRoot(long pointer, int height) {
        /** The root of an empty tree. */
        public static final TreeRoot EMPTY = new TreeRoot(0, 0);
    }
}
