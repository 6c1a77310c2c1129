package io.github.livededup.engine.recovery;

import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.metadata.MetadataRoots;

/** Turns the metadata's roots into the superblock's, and back: the two packages do not know each other. */
public final class Roots {
    private Roots() {}

    /**
     * The roots as the superblock holds them.
     *
     * @param roots the metadata's
     * @return the superblock's
     */
    public static io.github.livededup.engine.format.MetadataRoots toFormat(MetadataRoots roots) {
        return new io.github.livededup.engine.format.MetadataRoots(
                new io.github.livededup.engine.format.MetadataRoots.TreeRoot(
                        roots.catalogue(), roots.catalogueHeight()),
                new io.github.livededup.engine.format.MetadataRoots.TreeRoot(roots.groups(), roots.groupsHeight()),
                new io.github.livededup.engine.format.MetadataRoots.TreeRoot(
                        roots.sharedPages(), roots.sharedPagesHeight()),
                roots.freeSpace(),
                roots.freeSpacePages(),
                roots.pageCount());
    }

    /**
     * The roots as the metadata takes them.
     *
     * @param superblock a superblock
     * @return the metadata's
     */
    public static MetadataRoots fromFormat(Superblock superblock) {
        var roots = superblock.roots();
        return new MetadataRoots(
                superblock.generation(),
                roots.metadataPages(),
                roots.catalogue().pointer(),
                roots.catalogue().height(),
                roots.groups().pointer(),
                roots.groups().height(),
                roots.pageCounts().pointer(),
                roots.pageCounts().height(),
                roots.freeSpacePointer(),
                Math.toIntExact(roots.freeSpacePages()));
    }
}
