package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.Image;
import io.github.livededup.examples.fusemount.tree.FileKind;
import io.github.livededup.examples.fusemount.tree.Inode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Who has what open. A handle is a number, as the kernel wants it. */
final class OpenFiles {
    private final TreeStore store;
    private final Map<Inode, OpenFile> files = new HashMap<>();
    private final Map<Long, OpenFile> handles = new ConcurrentHashMap<>();
    private final Map<Long, Inode> directories = new ConcurrentHashMap<>();
    private final AtomicLong nextHandle = new AtomicLong(1);

    OpenFiles(TreeStore store) {
        this.store = store;
    }

    /** Under one of the tree's locks. */
    boolean isOpen(Inode inode) {
        return files.containsKey(inode);
    }

    int count() {
        return handles.size();
    }

    /** Opens a file once more, under the tree's write lock. */
    OpenFile acquire(Inode inode) throws IOException {
        if (inode.kind() == FileKind.DIRECTORY) {
            throw new ErrnoException(Errno.EISDIR);
        }
        if (inode.kind() != FileKind.REGULAR) {
            throw new ErrnoException(Errno.EINVAL);
        }
        OpenFile file = files.get(inode);
        if (file == null) {
            String name = inode.attributes().text();
            Image image = store.isReadOnly()
                    ? store.images().openReadOnly(name)
                    : store.images().open(name);
            file = new OpenFile(inode, image);
            files.put(inode, file);
        }
        file.add(1);
        return file;
    }

    /** Closes a file once, under the tree's write lock; true if nobody has it open any more. */
    boolean release(OpenFile file) {
        if (file.add(-1) > 0) {
            return false;
        }
        files.remove(file.inode());
        file.image().close();
        return true;
    }

    long handleFor(OpenFile file) {
        long handle = nextHandle.getAndIncrement();
        handles.put(handle, file);
        return handle;
    }

    OpenFile get(long handle) throws ErrnoException {
        OpenFile file = handles.get(handle);
        if (file == null) {
            throw new ErrnoException(Errno.EBADF);
        }
        return file;
    }

    OpenFile removeHandle(long handle) throws ErrnoException {
        OpenFile file = handles.remove(handle);
        if (file == null) {
            throw new ErrnoException(Errno.EBADF);
        }
        return file;
    }

    long directoryHandleFor(Inode inode) throws ErrnoException {
        if (inode.kind() != FileKind.DIRECTORY) {
            throw new ErrnoException(Errno.ENOTDIR);
        }
        long handle = nextHandle.getAndIncrement();
        directories.put(handle, inode);
        return handle;
    }

    Inode directory(long handle) throws ErrnoException {
        Inode inode = directories.get(handle);
        if (inode == null) {
            throw new ErrnoException(Errno.EBADF);
        }
        return inode;
    }

    void removeDirectoryHandle(long handle) {
        directories.remove(handle);
    }

    /** The handles that are still there. */
    List<Long> handles() {
        return List.copyOf(handles.keySet());
    }
}
