package io.github.livededup.examples.nbdserver.protocol;

import org.jspecify.annotations.Nullable;

/** The kinds of requests. They stand in the order of their codes. */
public enum Command {
    /** Reads bytes. */
    READ(0, CommandFlags.DF),
    /** Writes bytes. */
    WRITE(1, 0),
    /** Ends the session. */
    DISCONNECT(2, 0),
    /** Makes finished changes durable. */
    FLUSH(3, 0),
    /** Gives a range up. */
    TRIM(4, 0),
    /** Is going to read a range. */
    CACHE(5, 0),
    /** Writes zeros. */
    WRITE_ZEROES(6, CommandFlags.NO_HOLE | CommandFlags.FAST_ZERO),
    /** Asks where data and holes are. */
    BLOCK_STATUS(7, CommandFlags.REQ_ONE);

    private static final Command[] BY_CODE = values();

    private final int code;
    private final int flags;

    Command(int code, int flags) {
        this.code = code;
        this.flags = flags;
    }

    /**
     * The command of a code.
     *
     * @param code from the request
     * @return the command, or null if this server knows none of that code
     */
    public static @Nullable Command ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /**
     * The command's number.
     *
     * @return the code on the wire
     */
    public int code() {
        return code;
    }

    /**
     * Whether a request may carry these flags.
     *
     * @param requestFlags the request's flags
     * @return false if one of them does not belong to this command
     */
    public boolean allows(int requestFlags) {
        return (requestFlags & ~(flags | CommandFlags.FUA)) == 0;
    }

    /**
     * Whether the command changes the export.
     *
     * @return true for those that a read-only export refuses
     */
    public boolean isChange() {
        return this == WRITE || this == TRIM || this == WRITE_ZEROES;
    }

    /**
     * Whether the command is about a range.
     *
     * @return true if offset and length mean something
     */
    public boolean hasRange() {
        return this != DISCONNECT && this != FLUSH;
    }
}
