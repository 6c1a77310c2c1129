package io.github.livededup.examples.fusemount.tree;

import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.PutXattr;
import io.github.livededup.examples.fusemount.tree.Change.RemoveEntry;
import io.github.livededup.examples.fusemount.tree.Change.RemoveInode;
import io.github.livededup.examples.fusemount.tree.Change.RemoveXattr;
import io.github.livededup.examples.fusemount.tree.Change.SnapshotEnd;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All inodes and names, in memory. It changes by transactions only, the same when a call is served and when the log is read
 * again. Not safe for several threads: its owner has a lock.
 */
public final class Tree {
    /** The root directory's number. */
    public static final long ROOT = 1;
    /** Of a change in a log, beside texts and values, at most. */
    private static final long CHANGE_BYTES = 56;

    private final Map<Long, Inode> inodes = new HashMap<>();
    private final Map<String, Inode> images = new HashMap<>();
    private long nextInode = ROOT + 1;
    private long snapshotBytes;

    /** Makes a tree without even a root. */
    public Tree() {}

    /**
     * The root directory.
     *
     * @return the inode
     * @throws IllegalStateException if there is none yet
     */
    public Inode root() {
        Inode root = inodes.get(ROOT);
        if (root == null) {
            throw new IllegalStateException("the tree has no root");
        }
        return root;
    }

    /**
     * Whether there is a root.
     *
     * @return false for a fresh tree
     */
    public boolean hasRoot() {
        return inodes.containsKey(ROOT);
    }

    /**
     * An inode by number.
     *
     * @param number its number
     * @return null if there is none
     */
    public @Nullable Inode inode(long number) {
        return inodes.get(number);
    }

    /**
     * All inodes.
     *
     * @return a view, in no order
     */
    public Collection<Inode> inodes() {
        return Collections.unmodifiableCollection(inodes.values());
    }

    /**
     * The file whose data an image holds.
     *
     * @param image the image's name
     * @return null if it is none's
     */
    public @Nullable Inode ownerOf(String image) {
        return images.get(image);
    }

    /**
     * The next inode's number.
     *
     * @return not used before
     */
    public long nextInode() {
        return nextInode;
    }

    /**
     * How long the changes of a {@link #snapshot} are in a log.
     *
     * @return in bytes, about
     */
    public long snapshotBytes() {
        return snapshotBytes;
    }

    /**
     * Applies a transaction.
     *
     * @param changes its changes, in order
     * @throws IllegalArgumentException if one makes no sense in this tree, which is then undefined
     */
    public void apply(List<Change> changes) {
        for (Change change : changes) {
            applyOne(change);
        }
    }

    private void applyOne(Change change) {
        if (change instanceof PutInode put) {
            putInode(put.inode(), put.attributes());
        } else if (change instanceof RemoveInode removal) {
            removeInode(require(removal.inode()));
        } else if (change instanceof PutEntry put) {
            Inode directory = requireDirectory(put.directory());
            check(directory.child(put.name()) == null, put);
            Inode child = require(put.inode());
            check(child.kind() != FileKind.DIRECTORY || (child.links().isEmpty() && child.number() != ROOT), put);
            directory.put(put.name(), child);
            snapshotBytes += bytesOf(put.name());
        } else if (change instanceof RemoveEntry removal) {
            Inode directory = requireDirectory(removal.directory());
            Inode child = directory.child(removal.name());
            if (child == null) {
                throw new IllegalArgumentException("no such entry: " + removal);
            }
            directory.remove(removal.name(), child);
            snapshotBytes -= bytesOf(removal.name());
        } else if (change instanceof PutXattr put) {
            Inode inode = require(put.inode());
            snapshotBytes -= bytesOfXattr(inode, put.name());
            inode.putXattr(put.name(), put.value());
            snapshotBytes += bytesOfXattr(inode, put.name());
        } else if (change instanceof RemoveXattr removal) {
            Inode inode = require(removal.inode());
            snapshotBytes -= bytesOfXattr(inode, removal.name());
            check(inode.removeXattr(removal.name()), removal);
        } else if (change instanceof SnapshotEnd end) {
            nextInode = Math.max(nextInode, end.nextInode());
        }
    }

    private void putInode(long number, Attributes attributes) {
        Inode inode = inodes.get(number);
        if (inode == null) {
            inode = new Inode(number, attributes);
            inodes.put(number, inode);
            nextInode = Math.max(nextInode, number + 1);
        } else {
            check(inode.kind() == attributes.kind(), attributes);
            snapshotBytes -= bytesOf(inode.attributes().text());
            forgetImage(inode);
            inode.update(unused -> attributes);
        }
        snapshotBytes += bytesOf(attributes.text());
        if (attributes.kind() == FileKind.REGULAR) {
            images.put(attributes.text(), inode);
        }
    }

    private void removeInode(Inode inode) {
        check(inode.links().isEmpty() && inode.entries().isEmpty() && inode.number() != ROOT, inode);
        snapshotBytes -= bytesOf(inode.attributes().text());
        inode.xattrs().keySet().forEach(name -> snapshotBytes -= bytesOfXattr(inode, name));
        forgetImage(inode);
        inodes.remove(inode.number());
    }

    private static long bytesOf(String text) {
        return CHANGE_BYTES + text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long bytesOfXattr(Inode inode, String name) {
        byte[] value = inode.xattrs().get(name);
        return value == null ? 0 : bytesOf(name) + value.length;
    }

    private void forgetImage(Inode inode) {
        if (inode.kind() == FileKind.REGULAR) {
            images.remove(inode.attributes().text(), inode);
        }
    }

    /**
     * The transactions that make this tree out of nothing.
     *
     * @param changesEach how many changes a transaction has at most
     * @return the transactions, the last one a {@link SnapshotEnd}
     */
    public List<List<Change>> snapshot(int changesEach) {
        List<List<Change>> transactions = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (Inode inode : inodes.values()) {
            changes.add(new PutInode(inode.number(), inode.attributes()));
            cut(changes, changesEach, transactions);
            for (Map.Entry<String, byte[]> xattr : inode.xattrs().entrySet()) {
                changes.add(new PutXattr(inode.number(), xattr.getKey(), xattr.getValue()));
                cut(changes, changesEach, transactions);
            }
        }
        for (Inode inode : inodes.values()) {
            for (Map.Entry<String, Inode> entry : inode.entries()) {
                changes.add(new PutEntry(
                        inode.number(), entry.getKey(), entry.getValue().number()));
                cut(changes, changesEach, transactions);
            }
        }
        cut(changes, 1, transactions);
        transactions.add(List.of(new SnapshotEnd(nextInode)));
        return transactions;
    }

    private static void cut(List<Change> changes, int changesEach, List<List<Change>> transactions) {
        if (changes.size() >= changesEach) {
            transactions.add(List.copyOf(changes));
            changes.clear();
        }
    }

    private Inode require(long number) {
        Inode inode = inodes.get(number);
        if (inode == null) {
            throw new IllegalArgumentException("no such inode: " + number);
        }
        return inode;
    }

    private Inode requireDirectory(long number) {
        Inode inode = require(number);
        check(inode.kind() == FileKind.DIRECTORY, inode);
        return inode;
    }

    private static void check(boolean holds, Object what) {
        if (!holds) {
            throw new IllegalArgumentException("makes no sense in this tree: " + what);
        }
    }
}
