package io.github.livededup.examples.nbdserver.protocol;

/** What an export can do. */
public final class TransmissionFlags {
    /** Always set. */
    public static final int HAS_FLAGS = 1;
    /** Refuses changes. */
    public static final int READ_ONLY = 1 << 1;
    /** Knows FLUSH. */
    public static final int SEND_FLUSH = 1 << 2;
    /** Knows the flag {@link CommandFlags#FUA}. */
    public static final int SEND_FUA = 1 << 3;
    /** Knows TRIM. */
    public static final int SEND_TRIM = 1 << 5;
    /** Knows WRITE_ZEROES. */
    public static final int SEND_WRITE_ZEROES = 1 << 6;
    /** Knows the flag {@link CommandFlags#DF}. */
    public static final int SEND_DF = 1 << 7;
    /** What one connection has flushed, all others see, and find durable. */
    public static final int CAN_MULTI_CONN = 1 << 8;
    /** Knows CACHE. */
    public static final int SEND_CACHE = 1 << 10;
    /** Knows the flag {@link CommandFlags#FAST_ZERO}. */
    public static final int SEND_FAST_ZERO = 1 << 11;

    private TransmissionFlags() {}
}
