package io.github.livededup.examples.fusemount.tree;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A file of any kind. Names and extended attributes are guarded by the tree's owner; attributes and sizes are not. */
public final class Inode {
    private static final int DIRECTORY_LINKS = 2;

    private final long number;
    private final Set<Link> links = new LinkedHashSet<>();
    private final Map<String, Inode> children;
    private final Map<String, byte[]> xattrs = new TreeMap<>();
    private final ReadWriteLock dataLock = new ReentrantReadWriteLock();
    private volatile Attributes attributes;
    private volatile long sizeBytes;
    private volatile long storedBlocks = -1;
    private int directories;

    Inode(long number, Attributes attributes) {
        this.number = number;
        this.attributes = attributes;
        children = attributes.kind() == FileKind.DIRECTORY ? new HashMap<>() : Map.of();
    }

    /**
     * A name of an inode.
     *
     * @param directory where
     * @param name what
     */
    public record Link(Inode directory, String name) {}

    /**
     * The inode's number.
     *
     * @return unique in the tree, never given away again
     */
    public long number() {
        return number;
    }

    /**
     * What it is.
     *
     * @return the kind
     */
    public FileKind kind() {
        return attributes.kind();
    }

    /**
     * Its attributes.
     *
     * @return the present ones
     */
    public Attributes attributes() {
        return attributes;
    }

    /**
     * Changes the attributes in memory.
     *
     * @param change from the present to the new ones
     */
    public synchronized void update(UnaryOperator<Attributes> change) {
        attributes = change.apply(attributes);
    }

    /**
     * Its names; a directory has one, the root none.
     *
     * @return a view
     */
    public Set<Link> links() {
        return Collections.unmodifiableSet(links);
    }

    /**
     * The number of names as {@code st_nlink} has it.
     *
     * @return 0 if it was removed and is only held open
     */
    public int linkCount() {
        if (kind() == FileKind.DIRECTORY) {
            return links.isEmpty() && number != Tree.ROOT ? 0 : DIRECTORY_LINKS + directories;
        }
        return links.size();
    }

    /**
     * A directory's parent.
     *
     * @return null for the root and for what has no name
     */
    public @Nullable Inode parent() {
        return links.isEmpty() ? null : links.iterator().next().directory();
    }

    /**
     * An entry of a directory.
     *
     * @param name its name
     * @return null if there is none, or this is no directory
     */
    public @Nullable Inode child(String name) {
        return children.get(name);
    }

    /**
     * A directory's names.
     *
     * @return a view
     */
    public Collection<Map.Entry<String, Inode>> entries() {
        return Collections.unmodifiableMap(children).entrySet();
    }

    /**
     * Extended attributes by name.
     *
     * @return a view
     */
    public Map<String, byte[]> xattrs() {
        return Collections.unmodifiableMap(xattrs);
    }

    /**
     * Held for reading by who reads or writes within the file, for writing by who changes its size.
     *
     * @return always the same lock
     */
    public ReadWriteLock dataLock() {
        return dataLock;
    }

    /**
     * A regular file's size.
     *
     * @return its image's size
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Tells the size.
     *
     * @param bytes the image's size
     */
    public void setSizeBytes(long bytes) {
        sizeBytes = bytes;
    }

    /**
     * The image's mapped blocks, if known.
     *
     * @return -1 if not known
     */
    public long storedBlocks() {
        return storedBlocks;
    }

    /**
     * Tells the image's mapped blocks.
     *
     * @param blocks the number, -1 if it is not known
     */
    public void setStoredBlocks(long blocks) {
        storedBlocks = blocks;
    }

    void put(String name, Inode child) {
        children.put(name, child);
        child.links.add(new Link(this, name));
        if (child.kind() == FileKind.DIRECTORY) {
            directories++;
        }
    }

    void remove(String name, Inode child) {
        children.remove(name);
        child.links.remove(new Link(this, name));
        if (child.kind() == FileKind.DIRECTORY) {
            directories--;
        }
    }

    void putXattr(String name, byte[] value) {
        xattrs.put(name, value);
    }

    boolean removeXattr(String name) {
        return xattrs.remove(name) != null;
    }

    @Override
    public String toString() {
        return "inode " + number;
    }
}
