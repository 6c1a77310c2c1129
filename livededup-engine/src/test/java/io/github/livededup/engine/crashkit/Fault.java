package io.github.livededup.engine.crashkit;

import io.github.livededup.VolumeFullException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What goes wrong with an operation.
 *
 * @param kind what happens
 * @param amount bytes, a distance, a bit's number or milliseconds, as the kind needs
 */
public record Fault(Kind kind, long amount) {
    /** What happens. */
    public enum Kind {
        /** The operation fails with an input/output error; nothing is done. */
        ERROR,
        /** The operation fails, as the disk is full; nothing is done. */
        FULL,
        /** A write does a part and fails; any other operation fails. */
        SHORT,
        /** The operation succeeds, and nothing is done. A read finds zeros. */
        LOST,
        /** A write goes elsewhere and succeeds; any other operation is as ever. */
        MISDIRECTED,
        /** A read or write has one bit wrong and succeeds; any other operation is as ever. */
        BIT_FLIP,
        /** The operation takes longer. */
        LATENCY
    }

    /**
     * An input/output error.
     *
     * @return the fault
     */
    public static Fault error() {
        return new Fault(Kind.ERROR, 0);
    }

    /**
     * A full disk.
     *
     * @return the fault
     */
    public static Fault diskFull() {
        return new Fault(Kind.FULL, 0);
    }

    /**
     * A part is written before an input/output error.
     *
     * @param bytes how much of it
     * @return the fault
     */
    public static Fault shortWrite(int bytes) {
        return new Fault(Kind.SHORT, bytes);
    }

    /**
     * Nothing is done, and nobody told.
     *
     * @return the fault
     */
    public static Fault lost() {
        return new Fault(Kind.LOST, 0);
    }

    /**
     * A write goes elsewhere in its file.
     *
     * @param distanceBytes how far, either way; never before the file's start
     * @return the fault
     */
    public static Fault misdirected(long distanceBytes) {
        return new Fault(Kind.MISDIRECTED, distanceBytes);
    }

    /**
     * One bit of what is read or written is wrong.
     *
     * @param bit its number, from 0, modulo the length
     * @return the fault
     */
    public static Fault bitFlip(long bit) {
        return new Fault(Kind.BIT_FLIP, bit);
    }

    /**
     * The operation takes longer.
     *
     * @param millis by how much
     * @return the fault
     */
    public static Fault latency(long millis) {
        return new Fault(Kind.LATENCY, millis);
    }

    /** Does what is common to all operations: fails or waits; true if nothing else shall be done. */
    boolean strike(String resource) throws IOException {
        switch (kind) {
            case ERROR, SHORT -> throw new IOException(resource + ": input/output error, injected");
            case FULL -> throw new VolumeFullException(resource, "no space left on device, injected");
            case LATENCY -> pause();
            default -> {
                // A matter of the operation.
            }
        }
        return kind == Kind.LOST;
    }

    private void pause() {
        try {
            Thread.sleep(amount);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A copy of what is left of a buffer, with the bit flipped. */
    ByteBuffer flipped(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        copy.put(bytes.duplicate()).flip();
        if (copy.hasRemaining()) {
            int at = (int) (amount / Byte.SIZE % copy.remaining());
            copy.put(at, (byte) (copy.get(at) ^ 1 << amount % Byte.SIZE));
        }
        return copy;
    }
}
