package io.github.livededup.examples.nbdserver.protocol;

/** What an {@link OptionReplyCode#INFO} reply tells. */
public final class InfoCode {
    /** Size and transmission flags; always told. */
    public static final int EXPORT = 0;
    /** The export's own name; told if asked for. */
    public static final int NAME = 1;
    /** A sentence for people; told if asked for. */
    public static final int DESCRIPTION = 2;
    /** Smallest, preferred and largest request. */
    public static final int BLOCK_SIZE = 3;

    private InfoCode() {}
}
