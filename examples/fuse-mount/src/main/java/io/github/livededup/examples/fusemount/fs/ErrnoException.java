package io.github.livededup.examples.fusemount.fs;

import java.io.IOException;
import java.io.Serial;

/** A call is refused with an error number. It happens all the time, so it has no stack trace. */
public final class ErrnoException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * Makes the exception.
     *
     * @param errno what the caller is told
     */
    public ErrnoException(Errno errno) {
        super(errno.name());
        this.errno = errno;
    }

    /**
     * The error.
     *
     * @return what the caller is told
     */
    public Errno errno() {
        return errno;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
