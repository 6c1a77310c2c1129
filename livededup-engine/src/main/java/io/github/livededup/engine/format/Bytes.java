package io.github.livededup.engine.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in byte arrays. */
public final class Bytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    /**
     * Reads a long.
     *
     * @param bytes the array
     * @param at where it starts
     * @return the long
     */
    public static long longAt(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /**
     * Writes a long.
     *
     * @param bytes the array
     * @param at where it starts
     * @param value the long
     */
    public static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    /**
     * Reads an int.
     *
     * @param bytes the array
     * @param at where it starts
     * @return the int
     */
    public static int intAt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    /**
     * Writes an int.
     *
     * @param bytes the array
     * @param at where it starts
     * @param value the int
     */
    public static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }
}
