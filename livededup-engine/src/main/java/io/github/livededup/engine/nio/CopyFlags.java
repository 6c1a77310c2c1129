package io.github.livededup.engine.nio;

import java.nio.file.CopyOption;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * How a file is copied or moved.
 *
 * @param replace whether an existing target is replaced
 * @param attributes whether the time of change is kept
 * @param atomic whether a move must be one step
 */
record CopyFlags(boolean replace, boolean attributes, boolean atomic) {
    static CopyFlags forCopy(CopyOption... options) {
        return of(StandardCopyOption.ATOMIC_MOVE, options);
    }

    static CopyFlags forMove(CopyOption... options) {
        return of(StandardCopyOption.COPY_ATTRIBUTES, options);
    }

    private static CopyFlags of(StandardCopyOption refused, CopyOption... options) {
        boolean replace = false;
        boolean attributes = false;
        boolean atomic = false;
        for (CopyOption option : options) {
            Objects.requireNonNull(option, "option");
            if (option == refused || !(option instanceof StandardCopyOption || option == LinkOption.NOFOLLOW_LINKS)) {
                throw new UnsupportedOperationException("Unsupported option: " + option);
            }
            replace |= option == StandardCopyOption.REPLACE_EXISTING;
            attributes |= option == StandardCopyOption.COPY_ATTRIBUTES;
            atomic |= option == StandardCopyOption.ATOMIC_MOVE;
        }
        return new CopyFlags(replace, attributes, atomic);
    }
}
