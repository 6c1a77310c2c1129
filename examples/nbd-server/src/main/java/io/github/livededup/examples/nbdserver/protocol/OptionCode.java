package io.github.livededup.examples.nbdserver.protocol;

/** What a client asks for in the handshake. */
public final class OptionCode {
    /** Takes an export, without a way to say no. */
    public static final int EXPORT_NAME = 1;
    /** Ends the session. */
    public static final int ABORT = 2;
    /** Asks for the names of all exports. */
    public static final int LIST = 3;
    /** Goes on in TLS. */
    public static final int STARTTLS = 5;
    /** Asks about an export. */
    public static final int INFO = 6;
    /** Takes an export. */
    public static final int GO = 7;
    /** Wants structured replies. */
    public static final int STRUCTURED_REPLY = 8;
    /** Asks for the metadata contexts of an export. */
    public static final int LIST_META_CONTEXT = 9;
    /** Chooses metadata contexts. */
    public static final int SET_META_CONTEXT = 10;

    private OptionCode() {}
}
