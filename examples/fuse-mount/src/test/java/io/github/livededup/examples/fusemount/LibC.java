package io.github.livededup.examples.fusemount;

import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;

/** System calls that Java does not have. Public because jnr-ffi makes a class of it. */
public interface LibC {
    int SEEK_DATA = 3;
    int SEEK_HOLE = 4;

    static LibC load() {
        return LibraryLoader.create(LibC.class)
                .option(LibraryOption.SaveError, true)
                .failImmediately()
                .load("c");
    }

    int open(String path, int flags);

    long lseek(int descriptor, long offset, int whence);

    int close(int descriptor);

    /** The number of the last failure in this thread. */
    default int errno() {
        return Runtime.getRuntime(this).getLastError();
    }
}
