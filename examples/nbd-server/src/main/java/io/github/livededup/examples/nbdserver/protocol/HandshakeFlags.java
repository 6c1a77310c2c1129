package io.github.livededup.examples.nbdserver.protocol;

/** The flags of the greeting; the client answers with the same numbers. */
public final class HandshakeFlags {
    /** Options may be refused without ending the session. */
    public static final int FIXED_NEWSTYLE = 1;
    /** The reply to {@link OptionCode#EXPORT_NAME} has no 124 zeros at its end. */
    public static final int NO_ZEROES = 1 << 1;
    /** All that this server knows. */
    public static final int ALL = FIXED_NEWSTYLE | NO_ZEROES;

    private HandshakeFlags() {}
}
