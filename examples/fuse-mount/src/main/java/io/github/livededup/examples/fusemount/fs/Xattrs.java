package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.PutXattr;
import io.github.livededup.examples.fusemount.tree.Change.RemoveXattr;
import io.github.livededup.examples.fusemount.tree.Inode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Extended attributes of the user, trusted and security namespaces; the system namespace (access lists) is not kept. */
public final class Xattrs {
    /** Fail if it is there. */
    public static final int CREATE = 1;
    /** Fail if it is not there. */
    public static final int REPLACE = 2;

    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_VALUE_BYTES = 64 << 10;
    private static final int MAX_LIST_BYTES = 64 << 10;
    /** Of all names and values of a file: they are in memory. */
    private static final int MAX_TOTAL_BYTES = 1 << 20;

    private final TreeStore store;
    private final Namespace namespace;

    Xattrs(TreeStore store, Namespace namespace) {
        this.store = store;
        this.namespace = namespace;
    }

    public void set(String path, String name, byte[] value, int flags) throws IOException {
        if (name.startsWith("system.")) {
            throw new ErrnoException(Errno.EOPNOTSUPP);
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES || value.length > MAX_VALUE_BYTES) {
            throw new ErrnoException(Errno.ERANGE);
        }
        Names.requireUtf8(name);
        store.writeLock().lock();
        try {
            Inode inode = namespace.find(path);
            boolean isThere = inode.xattrs().containsKey(name);
            if ((flags & CREATE) != 0 && isThere) {
                throw new ErrnoException(Errno.EEXIST);
            }
            if ((flags & REPLACE) != 0 && !isThere) {
                throw new ErrnoException(Errno.ENODATA);
            }
            if (!isThere && listBytes(inode) + name.length() + 1 > MAX_LIST_BYTES) { // nobody could list them
                throw new ErrnoException(Errno.ENOSPC);
            }
            if (bytesBeside(inode, name) + name.length() + value.length > MAX_TOTAL_BYTES) {
                throw new ErrnoException(Errno.ENOSPC);
            }
            perform(inode, new PutXattr(inode.number(), name, value));
        } finally {
            store.writeLock().unlock();
        }
    }

    private static int listBytes(Inode inode) {
        return inode.xattrs().keySet().stream()
                .mapToInt(name -> name.length() + 1)
                .sum();
    }

    private static long bytesBeside(Inode inode, String name) {
        return inode.xattrs().entrySet().stream()
                .filter(xattr -> !xattr.getKey().equals(name))
                .mapToLong(xattr -> xattr.getKey().length() + xattr.getValue().length)
                .sum();
    }

    public void remove(String path, String name) throws IOException {
        store.writeLock().lock();
        try {
            Inode inode = namespace.find(path);
            if (!inode.xattrs().containsKey(name)) {
                throw new ErrnoException(name.startsWith("system.") ? Errno.EOPNOTSUPP : Errno.ENODATA);
            }
            perform(inode, new RemoveXattr(inode.number(), name));
        } finally {
            store.writeLock().unlock();
        }
    }

    private void perform(Inode inode, Change change) throws IOException {
        store.perform(
                List.of(change, new PutInode(inode.number(), inode.attributes().changed(Clock.nowNanos()))));
    }

    public byte[] get(String path, String name) throws ErrnoException {
        Names.requireUtf8(name);
        store.readLock().lock();
        try {
            byte[] value = namespace.find(path).xattrs().get(name);
            if (value == null) {
                throw new ErrnoException(name.startsWith("system.") ? Errno.EOPNOTSUPP : Errno.ENODATA);
            }
            return value.clone();
        } finally {
            store.readLock().unlock();
        }
    }

    public List<String> list(String path) throws ErrnoException {
        store.readLock().lock();
        try {
            return List.copyOf(namespace.find(path).xattrs().keySet());
        } finally {
            store.readLock().unlock();
        }
    }
}
