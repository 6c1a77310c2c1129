package io.github.livededup.engine.volume;

import io.github.livededup.engine.format.TableEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Copies entries out of tables one by one and checks the copy, so that what is checked is what is used. One thread's. */
final class EntryReader {
    private final int fingerprintBytes;
    private final byte[] bytes;
    private final ByteBuffer entry;
    private final CRC32C crc = new CRC32C();

    EntryReader(int fingerprintBytes) {
        this.fingerprintBytes = fingerprintBytes;
        this.bytes = new byte[TableEntry.sizeBytes(fingerprintBytes)];
        this.entry = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int fingerprintBytes() {
        return fingerprintBytes;
    }

    /** Takes over an entry; returns whether it is intact, and of the block with that address. */
    boolean load(long address, ByteBuffer table, int at) {
        table.get(at, bytes);
        int checked = bytes.length - Integer.BYTES;
        crc.reset();
        crc.update(bytes, 0, checked);
        return TableEntry.check(address, crc) == entry.getInt(checked);
    }

    /** Whether the entry taken over was never filled. */
    boolean isVacant() {
        return TableEntry.isVacant(entry, 0, fingerprintBytes);
    }

    /** The entry taken over, at index 0 of a heap buffer. */
    ByteBuffer entry() {
        return entry;
    }

    long dataOffsetBytes() {
        return TableEntry.dataOffsetBytes(entry, 0, fingerprintBytes);
    }

    int storedBytes() {
        return TableEntry.storedBytes(entry, 0, fingerprintBytes);
    }

    int codec() {
        return TableEntry.codec(entry, 0, fingerprintBytes);
    }

    int storedCrc() {
        return TableEntry.storedCrc(entry, 0, fingerprintBytes);
    }
}
