package io.github.livededup.engine.nio;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Turns the API's exceptions into those that {@code java.nio.file} names; the API's is the cause. */
final class Failures {
    private Failures() {}

    /** Something to do with the image store. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws IOException;
    }

    /**
     * Does something.
     *
     * @param path the path it is about
     * @param call what to do
     * @return what it returns
     * @throws ClosedFileSystemException if the volume is closed
     * @throws FileSystemException if an argument, such as the path as an image's name, is not one the API takes
     * @throws IOException a named one where there is one, else what the API threw
     */
    static <T> T translated(Path path, Call<T> call) throws IOException {
        try {
            return typed(path, call);
        } catch (InvalidArgumentException e) {
            throw caused(new FileSystemException(path.toString(), null, e.getMessage()), e);
        }
    }

    /** As {@link #translated}, but what the caller's caller got wrong stays an {@link IllegalArgumentException}. */
    static <T> T typed(Path path, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (NotFoundException e) {
            throw caused(new NoSuchFileException(path.toString()), e);
        } catch (AlreadyExistsException e) {
            throw caused(new FileAlreadyExistsException(path.toString()), e);
        } catch (ReadOnlyException e) {
            throw caused(new AccessDeniedException(path.toString(), null, e.getMessage()), e);
        } catch (VolumeClosedException e) {
            throw caused(new ClosedFileSystemException(), e);
        }
    }

    static FileSystemException isDirectory(Path path) {
        return new FileSystemException(path.toString(), null, "Is a directory");
    }

    private static <E extends Throwable> E caused(E failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }
}
