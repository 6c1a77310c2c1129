package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.RemoveEntry;
import io.github.livededup.examples.fusemount.tree.Change.RemoveInode;
import io.github.livededup.examples.fusemount.tree.Change.RenameImage;
import io.github.livededup.examples.fusemount.tree.FileKind;
import io.github.livededup.examples.fusemount.tree.Inode;
import io.github.livededup.examples.fusemount.tree.Inode.Link;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects a transaction that changes names. A file with a name in the root has an image of one of its names there, so that other
 * programs find it; any other file's image is called by the inode's number. So images are renamed when names change.
 */
final class Placement {
    private final Tree tree;
    private final long nowNanos;
    private final List<Change> changes = new ArrayList<>();
    private final List<String> doomed = new ArrayList<>();
    private final Set<String> released = new LinkedHashSet<>();

    Placement(Tree tree, long nowNanos) {
        this.tree = tree;
        this.nowNanos = nowNanos;
    }

    List<Change> changes() {
        return changes;
    }

    /** The images to delete once it is done. */
    List<String> doomed() {
        return doomed;
    }

    /** Whether a new file of that name gets an image of the same name. */
    boolean isNamedAlike(Inode directory, String name) {
        return directory.number() == Tree.ROOT && ImageNames.isPossible(name) && tree.ownerOf(name) == null;
    }

    /** A directory's content changes. */
    void touch(Inode directory) {
        changes.add(new PutInode(directory.number(), directory.attributes().modified(nowNanos)));
    }

    /** Takes a name away, and the inode with it if that was the last one and nobody has it open. */
    void unlink(Inode inode, Link link, boolean isOpen) {
        changes.add(new RemoveEntry(link.directory().number(), link.name()));
        Set<Link> rest = new LinkedHashSet<>(inode.links());
        rest.remove(link);
        if (!rest.isEmpty() || isOpen) {
            put(inode, rest);
            return;
        }
        if (inode.kind() == FileKind.REGULAR) {
            doomed.add(moveImage(inode, ImageNames.ofInode(inode.number())));
        }
        changes.add(new RemoveInode(inode.number()));
    }

    /** Adds a name. */
    void link(Inode inode, Link link) {
        changes.add(new PutEntry(link.directory().number(), link.name(), inode.number()));
        Set<Link> links = new LinkedHashSet<>(inode.links());
        links.add(link);
        put(inode, links);
    }

    /** Moves a name. */
    void move(Inode inode, Link from, Link to) {
        changes.add(new RemoveEntry(from.directory().number(), from.name()));
        changes.add(new PutEntry(to.directory().number(), to.name(), inode.number()));
        Set<Link> links = new LinkedHashSet<>(inode.links());
        links.remove(from);
        links.add(to);
        put(inode, links);
    }

    private void put(Inode inode, Set<Link> links) {
        Attributes attributes = inode.attributes().changed(nowNanos);
        if (inode.kind() == FileKind.REGULAR) {
            attributes = attributes.withImage(moveImage(inode, imageFor(inode, links)));
        }
        changes.add(new PutInode(inode.number(), attributes));
    }

    private String imageFor(Inode inode, Set<Link> links) {
        String present = inode.attributes().text();
        String best = ImageNames.ofInode(inode.number());
        for (Link link : links) {
            if (link.directory().number() != Tree.ROOT || !ImageNames.isPossible(link.name())) {
                continue;
            }
            if (link.name().equals(present)) {
                return present;
            }
            boolean isFree = tree.ownerOf(link.name()) == null || released.contains(link.name());
            if (isFree && ImageNames.isReserved(best)) {
                best = link.name();
            }
        }
        return best;
    }

    private String moveImage(Inode inode, String to) {
        String from = inode.attributes().text();
        if (!from.equals(to)) {
            changes.add(new RenameImage(from, to));
            released.add(from);
        }
        return to;
    }
}
