package io.github.livededup.examples.fusemount.fuse;

import io.github.livededup.examples.fusemount.fs.Errno;
import io.github.livededup.examples.fusemount.fs.ErrnoException;
import io.github.livededup.examples.fusemount.fs.LiveFileSystem;
import io.github.livededup.examples.fusemount.metrics.Operation;
import java.io.IOException;
import jnr.ffi.Pointer;

/**
 * Answers {@code FUSE_LSEEK}: where data, or a hole, is next. libfuse 2 knows no such request, and the kernel asks for nothing else by it. Offsets are
 * those of {@code fuse_in_header}, {@code fuse_lseek_in} and {@code fuse_lseek_out} in the kernel's {@code fuse.h}.
 */
final class SeekCalls {
    /** Of a reply, at most. */
    static final int REPLY_BYTES = ReplyHeader.BYTES + Long.BYTES;

    private static final int LSEEK = 46;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private static final int IN_OPCODE = 4;
    private static final int IN_HANDLE = 40;
    private static final int IN_OFFSET = 48;
    private static final int IN_WHENCE = 56;
    private static final int OUT_OFFSET = ReplyHeader.BYTES;

    private final LiveFileSystem files;
    private final Answers answers;

    SeekCalls(LiveFileSystem files, Answers answers) {
        this.files = files;
        this.answers = answers;
    }

    /** Whether a request is one of these. */
    boolean isFor(Pointer request) {
        return request.getInt(IN_OPCODE) == LSEEK;
    }

    /** Writes the reply to such a request; gives its length. */
    int answer(Pointer request, Pointer reply) {
        int error = answers.toAction(Operation.SEEK, null, () -> reply.putLong(OUT_OFFSET, find(request)));
        return ReplyHeader.write(request, reply, error, Long.BYTES);
    }

    private long find(Pointer request) throws IOException {
        int whence = request.getInt(IN_WHENCE);
        if (whence != SEEK_DATA && whence != SEEK_HOLE) {
            throw new ErrnoException(Errno.EINVAL);
        }
        return files.seek(request.getLong(IN_HANDLE), request.getLong(IN_OFFSET), whence == SEEK_DATA);
    }
}
