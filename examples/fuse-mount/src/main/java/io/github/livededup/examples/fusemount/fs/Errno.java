package io.github.livededup.examples.fusemount.fs;

/** The error numbers of Linux that the file system gives. */
public enum Errno {
    /** Not permitted. */
    EPERM(1),
    /** No such file or directory. */
    ENOENT(2),
    /** Input or output failed. */
    EIO(5),
    /** No such place in the file. */
    ENXIO(6),
    /** No such file is open. */
    EBADF(9),
    /** Out of memory. */
    ENOMEM(12),
    /** Already there. */
    EEXIST(17),
    /** Not a directory. */
    ENOTDIR(20),
    /** A directory. */
    EISDIR(21),
    /** Makes no sense. */
    EINVAL(22),
    /** Too large. */
    EFBIG(27),
    /** No room. */
    ENOSPC(28),
    /** Open for reading only. */
    EROFS(30),
    /** Result does not fit. */
    ERANGE(34),
    /** The name is too long. */
    ENAMETOOLONG(36),
    /** The directory is not empty. */
    ENOTEMPTY(39),
    /** No such extended attribute. */
    ENODATA(61),
    /** Not text in UTF-8. */
    EILSEQ(84),
    /** Not supported. */
    EOPNOTSUPP(95),
    /** The volume is closing. */
    ESHUTDOWN(108);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /**
     * The number.
     *
     * @return positive
     */
    public int number() {
        return number;
    }
}
