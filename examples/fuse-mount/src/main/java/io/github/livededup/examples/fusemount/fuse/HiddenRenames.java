package io.github.livededup.examples.fusemount.fuse;

import io.github.livededup.examples.fusemount.fs.Errno;
import io.github.livededup.examples.fusemount.fs.ErrnoException;
import io.github.livededup.examples.fusemount.fs.HiddenNames;
import io.github.livededup.examples.fusemount.metrics.Operation;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/**
 * Refuses {@code FUSE_RENAME} and {@code FUSE_RENAME2} from or to a name by which libfuse hides a removed file that is open. libfuse itself renames by
 * a call that is no request of the kernel's; a file that a program renamed so could not be told from a removed one. Offsets are those of
 * {@code fuse_in_header}, {@code fuse_rename_in} and {@code fuse_rename2_in} in the kernel's {@code fuse.h}; the two names follow, each ended by a zero.
 */
final class HiddenRenames {
    private static final int RENAME = 12;
    private static final int RENAME2 = 45;

    private static final int IN_LENGTH = 0;
    private static final int IN_OPCODE = 4;
    private static final int RENAME_NAMES = 48;
    private static final int RENAME2_NAMES = 56;

    private final Answers answers;

    HiddenRenames(Answers answers) {
        this.answers = answers;
    }

    /** Whether a request is one of these. */
    boolean isFor(Pointer request) {
        int opcode = request.getInt(IN_OPCODE);
        if (opcode != RENAME && opcode != RENAME2) {
            return false;
        }
        int start = opcode == RENAME ? RENAME_NAMES : RENAME2_NAMES;
        byte[] names = new byte[Math.max(0, request.getInt(IN_LENGTH) - start)];
        request.get(start, names, 0, names.length);
        for (String name : new String(names, StandardCharsets.UTF_8).split("\0", -1)) {
            if (HiddenNames.isHidden(name)) {
                return true;
            }
        }
        return false;
    }

    /** Writes the reply to such a request; gives its length. */
    int answer(Pointer request, Pointer reply) {
        int error = answers.toAction(Operation.RENAME, null, () -> {
            throw new ErrnoException(Errno.EPERM);
        });
        return ReplyHeader.write(request, reply, error, 0);
    }
}
