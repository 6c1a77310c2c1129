package io.github.livededup.engine.crashkit;

/** What can be asked of a directory and its files, and can fail. */
public enum FileOperation {
    /** A file that exists is opened. */
    OPEN,
    /** A file is created. */
    CREATE,
    /** A folder is created. */
    CREATE_FOLDER,
    /** A file or folder is deleted. */
    DELETE,
    /** A file is renamed. */
    RENAME,
    /** A folder is listed. */
    LIST,
    /** The names in a folder are forced. */
    FORCE_FOLDER,
    /** Bytes are read by a call; what is read through a mapping is not seen. */
    READ,
    /** Bytes are written. */
    WRITE,
    /** A file is forced. */
    FORCE,
    /** A file's size is set. */
    RESIZE,
    /** Room is reserved. */
    ALLOCATE,
    /** Room is given back. */
    PUNCH,
    /** A range is mapped. */
    MAP,
    /** A file is closed. One that fails closes it all the same. */
    CLOSE
}
