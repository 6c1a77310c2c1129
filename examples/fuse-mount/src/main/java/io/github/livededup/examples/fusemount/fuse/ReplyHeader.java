package io.github.livededup.examples.fusemount.fuse;

import jnr.ffi.Pointer;

/** The beginning of a reply to the kernel. Offsets are those of {@code fuse_in_header} and {@code fuse_out_header} in the kernel's {@code fuse.h}. */
final class ReplyHeader {
    /** Its length. */
    static final int BYTES = 16;

    private static final int IN_UNIQUE = 8;
    private static final int OUT_LENGTH = 0;
    private static final int OUT_ERROR = 4;
    private static final int OUT_UNIQUE = 8;

    private ReplyHeader() {}

    /** Writes it, for a negative error or for 0 and so many bytes that follow; gives the reply's length. */
    static int write(Pointer request, Pointer reply, int error, int bytes) {
        int length = BYTES + (error == 0 ? bytes : 0);
        reply.putInt(OUT_LENGTH, length);
        reply.putInt(OUT_ERROR, error);
        reply.putLong(OUT_UNIQUE, request.getLong(IN_UNIQUE));
        return length;
    }
}
