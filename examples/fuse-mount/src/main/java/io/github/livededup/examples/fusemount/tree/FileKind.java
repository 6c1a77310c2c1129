package io.github.livededup.examples.fusemount.tree;

/** What an inode is. */
public enum FileKind {
    /** A file with data in an image. */
    REGULAR(0100000),
    /** A directory. */
    DIRECTORY(0040000),
    /** A symbolic link. */
    SYMLINK(0120000),
    /** A named pipe. */
    FIFO(0010000),
    /** A character device. */
    CHARACTER_DEVICE(0020000),
    /** A block device. */
    BLOCK_DEVICE(0060000),
    /** A socket. */
    SOCKET(0140000);

    private static final int TYPE_MASK = 0170000;

    private final int typeBits;

    FileKind(int typeBits) {
        this.typeBits = typeBits;
    }

    /**
     * The kind as in {@code st_mode}.
     *
     * @return the bits of the type
     */
    public int typeBits() {
        return typeBits;
    }

    /**
     * The kind of a mode.
     *
     * @param mode as in {@code st_mode}; without a type it is a regular file's, as mknod has it
     * @return the kind
     * @throws IllegalArgumentException if there is none of that type
     */
    public static FileKind ofMode(int mode) {
        int bits = mode & TYPE_MASK;
        for (FileKind kind : values()) {
            if (kind.typeBits == bits || bits == 0) {
                return kind;
            }
        }
        throw new IllegalArgumentException("type: actual=" + Integer.toOctalString(bits) + " expected=a file type");
    }
}
