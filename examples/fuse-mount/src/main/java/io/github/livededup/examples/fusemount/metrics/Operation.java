package io.github.livededup.examples.fusemount.metrics;

/** What the kernel asks for. */
public enum Operation {
    /** stat. */
    GETATTR,
    /** readlink. */
    READLINK,
    /** mknod, mkfifo. */
    MKNOD,
    /** mkdir. */
    MKDIR,
    /** unlink. */
    UNLINK,
    /** rmdir. */
    RMDIR,
    /** symlink. */
    SYMLINK,
    /** rename. */
    RENAME,
    /** link. */
    LINK,
    /** chmod. */
    CHMOD,
    /** chown. */
    CHOWN,
    /** utimensat. */
    UTIMENS,
    /** truncate, ftruncate. */
    TRUNCATE,
    /** open. */
    OPEN,
    /** open with O_CREAT. */
    CREATE,
    /** The last close of a handle. */
    RELEASE,
    /** read. */
    READ,
    /** write. */
    WRITE,
    /** lseek with SEEK_DATA or SEEK_HOLE. */
    SEEK,
    /** fallocate. */
    FALLOCATE,
    /** fsync. */
    FSYNC,
    /** opendir, readdir, closedir. */
    READDIR,
    /** statfs. */
    STATFS,
    /** Extended attributes. */
    XATTR
}
