package io.github.livededup.examples.nbdserver.protocol;

/** What this server accepts at most. */
public final class Limits {
    /** The longest read or write: 32 MiB, which is what clients take for granted. */
    public static final int MAX_PAYLOAD_BYTES = 32 << 20;
    /** The longest name or other text that the protocol allows. */
    public static final int MAX_STRING_BYTES = 4096;
    /** The longest data of an option that is looked at. */
    public static final int MAX_OPTION_BYTES = 64 << 10;
    /** The longest data of an option that is skipped; whoever sends more is cut off. */
    public static final int MAX_SKIPPED_OPTION_BYTES = 1 << 20;

    private Limits() {}
}
