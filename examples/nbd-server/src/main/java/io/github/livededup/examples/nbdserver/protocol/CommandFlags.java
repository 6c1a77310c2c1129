package io.github.livededup.examples.nbdserver.protocol;

/** The flags of a request. */
public final class CommandFlags {
    /** The reply comes when the change is durable. Allowed with every command. */
    public static final int FUA = 1;
    /** The zeros are to take space. */
    public static final int NO_HOLE = 1 << 1;
    /** The reply has one piece of content at most. */
    public static final int DF = 1 << 2;
    /** One extent is enough. */
    public static final int REQ_ONE = 1 << 3;
    /** Refuse what would not be faster than writing. */
    public static final int FAST_ZERO = 1 << 4;

    private CommandFlags() {}
}
