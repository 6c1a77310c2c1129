package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.CreateImage;
import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.RemoveEntry;
import io.github.livededup.examples.fusemount.tree.Change.RemoveInode;
import io.github.livededup.examples.fusemount.tree.FileKind;
import io.github.livededup.examples.fusemount.tree.Inode;
import io.github.livededup.examples.fusemount.tree.Inode.Link;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names: looking them up, making, moving and removing them. Every method takes the tree's lock itself. */
final class Namespace {
    private static final int SET_GROUP_ID = 02000;

    private final TreeStore store;
    private final OpenFiles open;
    private final Reaper reaper;
    private final HiddenNames hidden = new HiddenNames();

    Namespace(TreeStore store, OpenFiles open, Reaper reaper) {
        this.store = store;
        this.open = open;
        this.reaper = reaper;
    }

    /** What a new inode gets. */
    record Creation(FileKind kind, int permissions, int uid, int gid, long device, String target) {}

    Inode resolve(String path) throws ErrnoException {
        store.readLock().lock();
        try {
            return find(path);
        } finally {
            store.readLock().unlock();
        }
    }

    /** Under one of the locks. */
    Inode find(String path) throws ErrnoException {
        Inode inode = store.tree().root();
        int from = 1;
        while (from < path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            inode = child(inode, path.substring(from, to));
            from = to + 1;
        }
        return inode;
    }

    private Inode child(Inode directory, String name) throws ErrnoException {
        if (directory.kind() != FileKind.DIRECTORY) {
            throw new ErrnoException(Errno.ENOTDIR);
        }
        ImageNames.check(name);
        Inode child = directory.child(name);
        if (child == null) {
            child = hidden.get(directory, name);
        }
        if (child == null || store.tree().inode(child.number()) != child) { // closed, and its hidden name goes next
            throw new ErrnoException(Errno.ENOENT);
        }
        return child;
    }

    /** The place that a path names, whether there is something or not. */
    private Link place(String path) throws ErrnoException {
        int slash = path.lastIndexOf('/');
        Inode directory = find(path.substring(0, Math.max(slash, 0)));
        String name = path.substring(slash + 1);
        if (directory.kind() != FileKind.DIRECTORY) {
            throw new ErrnoException(Errno.ENOTDIR);
        }
        ImageNames.check(name);
        if (name.isEmpty()) { // the root itself
            throw new ErrnoException(Errno.EINVAL);
        }
        return new Link(directory, name);
    }

    private Link freePlace(String path) throws ErrnoException {
        Link link = place(path);
        if (link.directory().child(link.name()) != null) {
            throw new ErrnoException(Errno.EEXIST);
        }
        boolean isReserved = link.directory().number() == Tree.ROOT && ImageNames.isReserved(link.name());
        if (isReserved || HiddenNames.isHidden(link.name())) {
            throw new ErrnoException(Errno.EPERM);
        }
        if (link.directory().linkCount() == 0) { // removed, and still somebody's working directory
            throw new ErrnoException(Errno.ENOENT);
        }
        return link;
    }

    Inode create(String path, Creation creation) throws IOException {
        store.writeLock().lock();
        try {
            Link link = freePlace(path);
            Tree tree = store.tree();
            long number = tree.nextInode();
            long now = Clock.nowNanos();
            Placement placement = new Placement(tree, now);
            boolean isNamed = placement.isNamedAlike(link.directory(), link.name());
            String image = isNamed ? link.name() : ImageNames.ofInode(number);
            boolean isRegular = creation.kind() == FileKind.REGULAR;
            Attributes attributes = attributes(creation, link.directory(), now, isRegular ? image : creation.target());
            List<Change> changes = placement.changes();
            changes.add(new PutInode(number, attributes));
            changes.add(new PutEntry(link.directory().number(), link.name(), number));
            placement.touch(link.directory());
            if (isRegular && isNamed) {
                changes.add(new CreateImage(image));
            }
            perform(changes, isRegular && !isNamed ? image : null);
            Inode inode = tree.inode(number);
            if (inode == null) {
                throw new IllegalStateException("inode " + number + " was not made");
            }
            inode.setStoredBlocks(0);
            return inode;
        } finally {
            store.writeLock().unlock();
        }
    }

    /** An image that nobody else looks for is created first: should the record be lost, it is deleted at the next mount. */
    private void perform(List<Change> changes, @Nullable String imageBefore) throws IOException {
        if (imageBefore == null) {
            store.perform(changes);
            return;
        }
        if (store.isReadOnly()) {
            throw new ErrnoException(Errno.EROFS);
        }
        store.images().create(imageBefore, 0).close();
        try {
            store.perform(changes);
        } catch (Throwable e) { // such as a lack of memory
            store.images().delete(imageBefore);
            throw e;
        }
    }

    /** In a directory with the set-group-ID bit new files are of its group, and new directories have the bit, too. */
    private static Attributes attributes(Creation creation, Inode directory, long now, String text) {
        Attributes parent = directory.attributes();
        boolean inherits = (parent.permissions() & SET_GROUP_ID) != 0;
        int bit = inherits && creation.kind() == FileKind.DIRECTORY ? SET_GROUP_ID : 0;
        return new Attributes(
                creation.kind(),
                (creation.permissions() & Attributes.PERMISSIONS_MASK) | bit,
                creation.uid(),
                inherits ? parent.gid() : creation.gid(),
                creation.device(),
                now,
                now,
                now,
                text);
    }

    void link(String path, String newPath) throws IOException {
        store.writeLock().lock();
        try {
            Inode inode = find(path);
            if (inode.kind() == FileKind.DIRECTORY) {
                throw new ErrnoException(Errno.EPERM);
            }
            Link link = freePlace(newPath);
            Placement placement = new Placement(store.tree(), Clock.nowNanos());
            placement.link(inode, link);
            placement.touch(link.directory());
            finish(placement);
        } finally {
            store.writeLock().unlock();
        }
    }

    void unlink(String path) throws IOException {
        store.writeLock().lock();
        try {
            Link link = place(path);
            if (hidden.remove(link)) {
                return;
            }
            Inode inode = child(link.directory(), link.name());
            if (inode.kind() == FileKind.DIRECTORY) {
                throw new ErrnoException(Errno.EISDIR);
            }
            Placement placement = new Placement(store.tree(), Clock.nowNanos());
            placement.unlink(inode, link, open.isOpen(inode));
            placement.touch(link.directory());
            finish(placement);
        } finally {
            store.writeLock().unlock();
        }
    }

    void removeDirectory(String path) throws IOException {
        store.writeLock().lock();
        try {
            Link link = place(path);
            Inode inode = child(link.directory(), link.name());
            requireEmptyDirectory(inode);
            Placement placement = new Placement(store.tree(), Clock.nowNanos());
            placement.unlink(inode, link, false);
            placement.touch(link.directory());
            finish(placement);
        } finally {
            store.writeLock().unlock();
        }
    }

    private static void requireEmptyDirectory(Inode inode) throws ErrnoException {
        if (inode.kind() != FileKind.DIRECTORY) {
            throw new ErrnoException(Errno.ENOTDIR);
        }
        if (!inode.entries().isEmpty()) {
            throw new ErrnoException(Errno.ENOTEMPTY);
        }
    }

    void rename(String path, String newPath) throws IOException {
        store.writeLock().lock();
        try {
            Link from = place(path);
            Inode inode = child(from.directory(), from.name());
            if (from.directory().child(from.name()) == null) { // hidden: no entry that could be moved
                throw new ErrnoException(Errno.EPERM);
            }
            Link to = place(newPath);
            if (HiddenNames.isHidden(to.name()) && inode.kind() != FileKind.DIRECTORY) {
                hide(inode, from, to);
                return;
            }
            Inode target = to.directory().child(to.name());
            if (target == inode) { // two names of one file
                return;
            }
            if (target == null) {
                freePlace(newPath);
            } else {
                checkReplaceable(inode, target);
            }
            if (inode.kind() == FileKind.DIRECTORY && isWithin(to.directory(), inode)) {
                throw new ErrnoException(Errno.EINVAL);
            }
            Placement placement = new Placement(store.tree(), Clock.nowNanos());
            if (target != null) {
                placement.unlink(target, to, open.isOpen(target));
            }
            placement.move(inode, from, to);
            placement.touch(from.directory());
            if (to.directory() != from.directory()) {
                placement.touch(to.directory());
            }
            finish(placement);
        } finally {
            store.writeLock().unlock();
        }
    }

    /**
     * The C library counts a file as open until it has heard that it is closed, which is after it was closed here: then it is removed at
     * once, and needs no name.
     */
    private void hide(Inode inode, Link from, Link to) throws IOException {
        boolean isOpen = open.isOpen(inode);
        Placement placement = new Placement(store.tree(), Clock.nowNanos());
        placement.unlink(inode, from, isOpen);
        placement.touch(from.directory());
        finish(placement);
        if (isOpen) {
            hidden.put(to, inode);
        }
    }

    private static void checkReplaceable(Inode inode, Inode target) throws ErrnoException {
        if (inode.kind() == FileKind.DIRECTORY) {
            requireEmptyDirectory(target);
        } else if (target.kind() == FileKind.DIRECTORY) {
            throw new ErrnoException(Errno.EISDIR);
        }
    }

    private static boolean isWithin(Inode directory, Inode ancestor) {
        for (Inode at = directory; at != null; at = at.parent()) {
            if (at == ancestor) {
                return true;
            }
        }
        return false;
    }

    private void finish(Placement placement) throws IOException {
        store.perform(placement.changes());
        placement.doomed().forEach(reaper::doom);
    }

    /** A removed file is closed for the last time; under the write lock. */
    void forget(Inode inode) throws IOException {
        if (inode.linkCount() == 0 && store.tree().inode(inode.number()) == inode) {
            store.perform(List.of(new RemoveInode(inode.number())));
            reaper.doom(inode.attributes().text());
        }
    }

    /** A directory's names and inodes, "." and ".." first. */
    List<Entry> list(Inode directory) throws ErrnoException {
        store.readLock().lock();
        try {
            if (directory.kind() != FileKind.DIRECTORY) {
                throw new ErrnoException(Errno.ENOTDIR);
            }
            List<Entry> entries = new ArrayList<>(directory.entries().size() + 2);
            Inode parent = directory.parent();
            entries.add(new Entry(".", directory));
            entries.add(new Entry("..", parent == null ? directory : parent));
            directory.entries().forEach(entry -> entries.add(new Entry(entry.getKey(), entry.getValue())));
            return entries;
        } finally {
            store.readLock().unlock();
        }
    }

    /** Removes a name whose image is gone. */
    static List<Change> removal(Inode inode) {
        List<Change> changes = new ArrayList<>();
        inode.links()
                .forEach(link -> changes.add(new RemoveEntry(link.directory().number(), link.name())));
        changes.add(new RemoveInode(inode.number()));
        return changes;
    }
}
