/**
 * Copy-on-write metadata pages in {@code metadata.dat}: image maps, reference counts, the catalogue, the group
 * directory, the tables of open groups, and the free pages.
 *
 * <p>Everything durable is reached from one {@link io.github.livededup.engine.metadata.MetadataRoots}, which the
 * superblock carries. A page that the last checkpoint reaches is never written again: changes go to freshly allocated
 * pages, and the old ones become free when the next checkpoint's superblock is durable.
 *
 * <p>Threads: every changing method needs the store's metadata lock exclusively, every reading one at least shared. The
 * package has no locks of its own but for loading pages.
 */
@NullMarked
package io.github.livededup.engine.metadata;

import org.jspecify.annotations.NullMarked;
