package io.github.livededup.examples.nbdserver.protocol;

/** The errors that a reply can carry. */
public enum NbdError {
    /** Not allowed. */
    EPERM(1),
    /** Reading or writing failed. */
    EIO(5),
    /** Not enough memory. */
    ENOMEM(12),
    /** The request makes no sense. */
    EINVAL(22),
    /** No room, or past the end. */
    ENOSPC(28),
    /** Too much for one piece. */
    EOVERFLOW(75),
    /** Not supported. */
    ENOTSUP(95),
    /** The server is stopping. */
    ESHUTDOWN(108);

    private final int code;

    NbdError(int code) {
        this.code = code;
    }

    /**
     * The error's number.
     *
     * @return the code on the wire
     */
    public int code() {
        return code;
    }
}
