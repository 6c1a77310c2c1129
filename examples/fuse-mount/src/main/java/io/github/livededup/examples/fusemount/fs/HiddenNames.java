package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.examples.fusemount.tree.Inode;
import io.github.livededup.examples.fusemount.tree.Inode.Link;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of removed files that are still open. The C library knows files by path, so instead of removing an open file it renames it, and
 * removes it at its last close. Here such a name is no entry of its directory: nobody lists it, nothing of it is logged, the
 * directory can be removed; it only leads those who have the file open to it.
 */
public final class HiddenNames {
    private static final String START = ".fuse_hidden";
    private static final Pattern NAME = Pattern.compile("\\.fuse_hidden[0-9a-f]{16}");

    private final Map<Link, Inode> inodes = new ConcurrentHashMap<>();

    HiddenNames() {}

    /**
     * Whether a name is of the C library's making.
     *
     * @param name a name in a directory
     * @return true if so
     */
    public static boolean isHidden(String name) {
        return name.startsWith(START) && NAME.matcher(name).matches();
    }

    @Nullable
    Inode get(Inode directory, String name) {
        return isHidden(name) ? inodes.get(new Link(directory, name)) : null;
    }

    void put(Link link, Inode inode) {
        inodes.put(link, inode);
    }

    /** Whether there was such a name. */
    boolean remove(Link link) {
        return inodes.remove(link) != null;
    }
}
