package io.github.livededup.examples.fusemount.fs;

import java.nio.charset.StandardCharsets;

/** How images are called. Names that begin with {@link #RESERVED} are the mount's own and are not shown in its root. */
public final class ImageNames {
    /** What the mount's own images' names begin with. */
    public static final String RESERVED = ".~fuse-";
    /** The image that holds the tree's log. */
    public static final String TREE = RESERVED + "tree";

    private static final int MAX_BYTES = 255;

    private ImageNames() {}

    /**
     * The image of a file that has no name in the root.
     *
     * @param inode the file's number
     * @return the image's name
     */
    public static String ofInode(long inode) {
        return String.format("%s%016x", RESERVED, inode);
    }

    /**
     * Whether a name is the mount's own.
     *
     * @param name an image's name
     * @return true if so
     */
    public static boolean isReserved(String name) {
        return name.startsWith(RESERVED);
    }

    /** Whether a file of that name in the root can have an image of the same name. */
    static boolean isPossible(String name) {
        return !isReserved(name) && name.codePoints().noneMatch(Character::isISOControl);
    }

    /** Refuses what cannot be a name of a file. */
    static void check(String name) throws ErrnoException {
        if (name.length() > MAX_BYTES || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new ErrnoException(Errno.ENAMETOOLONG);
        }
        Names.requireUtf8(name);
    }
}
