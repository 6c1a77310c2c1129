package io.github.livededup.examples.fusemount.fuse;

import java.util.Locale;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Pointer;
import jnr.ffi.mapper.FunctionMapper;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libfuse 2 that mount and serve: {@code fuseSetup} is {@code fuse_setup}, and so on. The binding (jnr-fuse) has only one
 * call that does all of it. Public because jnr-ffi makes a class of it.
 */
public interface SessionLibrary {
    /**
     * The library that the binding has loaded.
     *
     * @return its functions
     */
    static SessionLibrary load() {
        FunctionMapper toSnakeCase =
                (name, context) -> name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        return LibraryLoader.create(SessionLibrary.class)
                .option(LibraryOption.FunctionMapper, toSnakeCase)
                .failImmediately()
                .load("libfuse.so.2");
    }

    /**
     * Parses the arguments and mounts.
     *
     * @param argc their number
     * @param argv the program's name, options, the mount point
     * @param operations {@code struct fuse_operations}
     * @param operationsBytes its size
     * @param mountPoint {@code char **}, set for {@link #fuseTeardown}
     * @param isThreaded {@code int *}, set to 0 if the arguments ask for one thread only
     * @param data handed to {@code init}
     * @return {@code struct fuse *}, null if it cannot be mounted
     */
    @Nullable
    Pointer fuseSetup(
            int argc,
            String[] argv,
            Pointer operations,
            @size_t long operationsBytes,
            Pointer mountPoint,
            Pointer isThreaded,
            Pointer data);

    /**
     * Unmounts if that was not done, and gives everything back.
     *
     * @param fuse no thread is in a call with it
     * @param mountPoint as {@link #fuseSetup} set it
     */
    void fuseTeardown(Pointer fuse, Pointer mountPoint);

    /**
     * The session.
     *
     * @param fuse from {@link #fuseSetup}
     * @return {@code struct fuse_session *}
     */
    Pointer fuseGetSession(Pointer fuse);

    /**
     * The session's channel to the kernel.
     *
     * @param session the session
     * @param previous null
     * @return {@code struct fuse_chan *}
     */
    Pointer fuseSessionNextChan(Pointer session, Pointer previous);

    /**
     * The longest request.
     *
     * @param channel the channel
     * @return its bytes
     */
    @size_t
    long fuseChanBufsize(Pointer channel);

    /**
     * Waits for a request.
     *
     * @param channel {@code struct fuse_chan **}
     * @param into for the request
     * @param size of the longest
     * @return its length; 0 once the file system is unmounted; else a negative error number
     */
    int fuseChanRecv(Pointer channel, Pointer into, @size_t long size);

    /**
     * Sends a reply, whole or not at all.
     *
     * @param channel the channel
     * @param parts {@code struct iovec *}
     * @param count of parts
     * @return 0 or a negative error number
     */
    int fuseChanSend(Pointer channel, Pointer parts, @size_t long count);

    /**
     * Has a request answered by the operations.
     *
     * @param session the session
     * @param request the request
     * @param length its bytes
     * @param channel where it came from
     */
    void fuseSessionProcess(Pointer session, Pointer request, @size_t long length, Pointer channel);

    /**
     * Starts what forgets names after a time, if an option ({@code remember}) says so.
     *
     * @param fuse from {@link #fuseSetup}
     * @return 0, or -1 if it cannot
     */
    int fuseStartCleanupThread(Pointer fuse);

    /**
     * Ends what {@link #fuseStartCleanupThread} started.
     *
     * @param fuse from {@link #fuseSetup}
     */
    void fuseStopCleanupThread(Pointer fuse);
}
