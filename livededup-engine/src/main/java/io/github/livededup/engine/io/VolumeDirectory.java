package io.github.livededup.engine.io;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A volume's directory: the only way to its files. Names are relative, with "/" between folder and file. Safe for use
 * by many threads. Closing it releases the lock; files opened through it are closed by whoever opened them.
 */
public interface VolumeDirectory extends Closeable {
    /** How a file is opened. */
    enum OpenMode {
        /** It must exist; writes are refused. */
        READ,
        /** It must exist. */
        WRITE,
        /** It must not exist; it is created empty. */
        CREATE
    }

    /**
     * The directory as messages name it.
     *
     * @return a path
     */
    String description();

    /**
     * Opens a file. Missing parent folders are not created.
     *
     * @param name its name
     * @param mode how
     * @return the file; the caller closes it
     * @throws java.nio.file.NoSuchFileException if it must exist and does not
     * @throws java.nio.file.FileAlreadyExistsException if it must not exist and does
     * @throws IOException if the file system refuses
     */
    VolumeFile open(String name, OpenMode mode) throws IOException;

    /**
     * Whether a file or folder exists.
     *
     * @param name its name
     * @return true if so
     */
    boolean exists(String name);

    /**
     * The names of the files in a folder, without the folder, sorted.
     *
     * @param folder the folder, or "" for the volume's directory
     * @return a new list, empty if the folder is absent
     * @throws IOException if it cannot be read
     */
    List<String> list(String folder) throws IOException;

    /**
     * Creates a folder if it is absent.
     *
     * @param folder its name
     * @throws IOException if the file system refuses
     */
    void createFolder(String folder) throws IOException;

    /**
     * Deletes a file or an empty folder, if it is there.
     *
     * @param name its name
     * @throws IOException if the file system refuses
     */
    void delete(String name) throws IOException;

    /**
     * Renames a file, replacing what has the new name, atomically.
     *
     * @param from its name
     * @param to its new name, in the same folder
     * @throws IOException if the file system refuses
     */
    void rename(String from, String to) throws IOException;

    /**
     * Makes creations, renames and deletions in a folder durable.
     *
     * @param folder the folder, or "" for the volume's directory
     * @throws IOException if it fails
     */
    void force(String folder) throws IOException;

    /**
     * The path of a file for a library that opens it itself (Chronicle Map); derived files only.
     *
     * @param name its name
     * @return the path, or empty if this directory is not on a disk
     */
    Optional<File> externalFile(String name);

    /**
     * The room left on the disk for this process.
     *
     * @return the bytes, {@link Long#MAX_VALUE} if there is no bound
     * @throws IOException if the file system cannot tell
     */
    default long usableBytes() throws IOException {
        return Long.MAX_VALUE;
    }
}
