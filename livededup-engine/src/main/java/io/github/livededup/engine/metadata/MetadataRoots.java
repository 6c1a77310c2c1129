package io.github.livededup.engine.metadata;

/**
 * What the superblock holds of the metadata: where the trees start. A pointer of 0 with height 0 is an empty tree.
 *
 * @param generation the checkpoint that wrote them, 0 before the first
 * @param pageCount the pages below which every page in use lies, page 0 included
 * @param catalogue pointer to the catalogue's root page
 * @param catalogueHeight its levels of pages
 * @param groups pointer to the group directory's root page
 * @param groupsHeight its levels of pages
 * @param sharedPages pointer to the root page of the tree of extra page references
 * @param sharedPagesHeight its levels of pages
 * @param freeSpace pointer to the first page of the free-space bitmap, 0 before the first checkpoint
 * @param freeSpacePages its number of pages
 */
public record MetadataRoots(
        long generation,
        long pageCount,
        long catalogue,
        int catalogueHeight,
        long groups,
        int groupsHeight,
        long sharedPages,
        int sharedPagesHeight,
        long freeSpace,
        int freeSpacePages) {
    /** The roots of a volume without a checkpoint. */
    public static final MetadataRoots EMPTY = new MetadataRoots(0, 1, 0, 0, 0, 0, 0, 0, 0, 0);

    /** These roots without the tree of extra page references and the free-space bitmap. */
    MetadataRoots withoutCounts() {
        return new MetadataRoots(generation, pageCount, catalogue, catalogueHeight, groups, groupsHeight, 0, 0, 0, 0);
    }
}
