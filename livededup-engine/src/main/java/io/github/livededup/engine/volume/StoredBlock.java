package io.github.livededup.engine.volume;

import io.github.livededup.engine.format.RangeChecksum;
import io.github.livededup.engine.lifecycle.ReaderGate;
import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The stored bytes of a block, as {@link BlockGroups#locate} found them. Reused for many blocks by one thread. What it
 * shows stays valid until it is released or used again; while it shows a block, the volume's memory is not unmapped, so
 * it is released soon. What {@link BlockGroups#locateEntered} shows, which costs less, is valid while the thread is in its stretch of reading.
 */
public final class StoredBlock {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final RangeChecksum checksum = new RangeChecksum();
    private @Nullable EntryReader entry;
    private ByteBuffer scratch = NOTHING;

    private ByteBuffer buffer = NOTHING;
    private int offset;
    private int lengthBytes;
    private int codec;
    private int storedCrc;

    /** Whose mapping is read; null if what is shown is a copy. */
    private @Nullable BlockGroup mapped;

    private @Nullable ReaderGate gate;
    private int ticket;

    /** Makes a holder that shows nothing. */
    public StoredBlock() {}

    /**
     * What the bytes lie in, a whole mapped group or a copy.
     *
     * @return a buffer others use as well: absolute access only, position and limit stay
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Where the bytes start in {@link #buffer}.
     *
     * @return the absolute index
     */
    public int offset() {
        return offset;
    }

    /**
     * How many bytes are stored.
     *
     * @return from 1 to 65,536, or 0 if this shows nothing
     */
    public int lengthBytes() {
        return lengthBytes;
    }

    /**
     * The codec of the bytes.
     *
     * @return the number given to {@link GroupWriter#append}
     */
    public int codec() {
        return codec;
    }

    /**
     * The CRC32C the bytes should have.
     *
     * @return the checksum given to {@link GroupWriter#append}
     */
    public int storedCrc() {
        return storedCrc;
    }

    /**
     * Whether the bytes have the checksum they should have.
     *
     * @return true if they are intact
     */
    public boolean isIntact() {
        return checksum.crc32c(buffer, offset, lengthBytes) == storedCrc;
    }

    /** Shows nothing any more. Again does nothing. */
    public void release() {
        BlockGroup read = mapped;
        if (read != null) {
            mapped = null;
            read.touched(offset, lengthBytes);
        }
        ReaderGate held = gate;
        gate = null;
        buffer = NOTHING;
        lengthBytes = 0;
        if (held != null) {
            held.leave(ticket);
        }
    }

    /** Gives its memory outside the heap back at once; it is released before, and not used any more. */
    public void free() {
        if (scratch.isDirect()) {
            OffHeap.free(scratch);
        }
    }

    EntryReader entryReader(int fingerprintBytes) {
        EntryReader reader = entry;
        if (reader == null || reader.fingerprintBytes() != fingerprintBytes) {
            reader = new EntryReader(fingerprintBytes);
            entry = reader;
        }
        return reader;
    }

    /** Shows a block, of a group's mapping or, if that is null, of a copy. */
    void show(ByteBuffer shownBuffer, int shownOffset, EntryReader shown, @Nullable BlockGroup shownMapped) {
        mapped = shownMapped;
        buffer = shownBuffer;
        offset = shownOffset;
        lengthBytes = shown.storedBytes();
        codec = shown.codec();
        storedCrc = shown.storedCrc();
    }

    /** A buffer of its own for bytes that are not in the file yet. */
    ByteBuffer scratch(int capacityBytes) {
        if (scratch.capacity() < capacityBytes) {
            scratch = ByteBuffer.allocateDirect(capacityBytes);
        }
        return scratch;
    }

    /** Takes over the reader's ticket until it is released. */
    void hold(ReaderGate heldGate, int heldTicket) {
        gate = heldGate;
        ticket = heldTicket;
    }
}
