package io.github.livededup.engine.nio;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/**
 * How a channel is opened, after the defaults were filled in and combinations that make no sense refused.
 *
 * @param read whether it reads
 * @param write whether it writes
 * @param append whether every write goes to the end
 * @param truncate whether the image becomes empty first
 * @param create whether an absent image is created
 * @param createNew whether the image must be absent
 * @param deleteOnClose whether closing the channel deletes the image
 * @param sync whether every write is durable when it returns
 */
record OpenFlags(
        boolean read,
        boolean write,
        boolean append,
        boolean truncate,
        boolean create,
        boolean createNew,
        boolean deleteOnClose,
        boolean sync) {
    static OpenFlags of(Set<? extends OpenOption> options) {
        for (OpenOption option : options) {
            Objects.requireNonNull(option, "option");
            if (!(option instanceof StandardOpenOption) && option != LinkOption.NOFOLLOW_LINKS) {
                throw new UnsupportedOperationException(option + " not supported");
            }
        }
        boolean append = options.contains(StandardOpenOption.APPEND);
        boolean write = append || options.contains(StandardOpenOption.WRITE);
        boolean read = !write || options.contains(StandardOpenOption.READ);
        boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
        if (read && append) {
            throw new IllegalArgumentException("READ + APPEND not allowed");
        }
        if (append && truncate) {
            throw new IllegalArgumentException("APPEND + TRUNCATE_EXISTING not allowed");
        }
        // Without WRITE these are without effect.
        boolean createNew = write && options.contains(StandardOpenOption.CREATE_NEW);
        return new OpenFlags(
                read,
                write,
                append,
                write && truncate,
                write && options.contains(StandardOpenOption.CREATE),
                createNew,
                options.contains(StandardOpenOption.DELETE_ON_CLOSE),
                options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC));
    }

    /** Whether the volume is changed by opening or using the channel. */
    boolean changes() {
        return write || deleteOnClose;
    }
}
