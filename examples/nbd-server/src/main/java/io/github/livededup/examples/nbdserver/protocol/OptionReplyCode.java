package io.github.livededup.examples.nbdserver.protocol;

/** What the server answers to an option. */
public final class OptionReplyCode {
    /** Done. */
    public static final int ACK = 1;
    /** The name of an export; more replies follow. */
    public static final int SERVER = 2;
    /** Something about an export; more replies follow. */
    public static final int INFO = 3;
    /** A metadata context; more replies follow. */
    public static final int META_CONTEXT = 4;
    /** The option is not known. */
    public static final int ERROR_UNSUPPORTED = 0x80000001;
    /** The server is set up not to allow it. */
    public static final int ERROR_POLICY = 0x80000002;
    /** The option's data makes no sense. */
    public static final int ERROR_INVALID = 0x80000003;
    /** Only after STARTTLS. */
    public static final int ERROR_TLS_REQUIRED = 0x80000005;
    /** There is no such export. */
    public static final int ERROR_UNKNOWN = 0x80000006;
    /** The server is stopping. */
    public static final int ERROR_SHUTDOWN = 0x80000007;
    /** The option's data is too long. */
    public static final int ERROR_TOO_BIG = 0x80000009;

    private OptionReplyCode() {}
}
