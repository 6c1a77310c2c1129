package io.github.livededup.examples.fusemount.fuse;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;

/**
 * {@code fsyncdir} as libfuse calls it. The binding's own (jnr-fuse 0.5.8) lacks the second argument, and would take it for the address of the
 * third. Public because the binding makes a class of it.
 */
@FunctionalInterface
public interface SyncDirectoryCall {
    /**
     * Syncs a directory.
     *
     * @param path not used; may be null
     * @param dataOnly not 0 if times need not be synced
     * @param info {@code struct fuse_file_info}
     * @return 0 or a negative error number
     */
    @Delegate
    int call(Pointer path, int dataOnly, Pointer info);
}
