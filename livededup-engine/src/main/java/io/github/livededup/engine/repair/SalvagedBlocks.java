package io.github.livededup.engine.repair;

import io.github.livededup.Compression;
import io.github.livededup.CorruptionException;
import io.github.livededup.SalvageReport;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinter;
import io.github.livededup.engine.fingerprint.Fingerprinters;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.GroupFooter;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.metadata.GroupInfo;
import io.github.livededup.engine.metadata.MetadataSalvage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of a damaged volume. A block is taken only if its table entry's checksum, its own and its fingerprint hold, and
 * a sealed group's table only if header or footer say that it is the group's. For one thread.
 */
final class SalvagedBlocks {
    private final VolumeFormat format;
    private final VolumeFile file;
    private final MetadataSalvage metadata;
    private final SalvagedState state;
    private final TableChunks tables;
    private final BlockCodec codec = BlockCodec.of(Compression.NONE);
    private final Fingerprinter fingerprinter;
    private final int fingerprintBytes;
    private final byte[] actual;
    private final byte[] expected;
    private final ByteBuffer entry;
    private final ByteBuffer stored;
    private final Map<Integer, String> groupProblems = new HashMap<>();

    private SalvageReport.Cause cause = SalvageReport.Cause.BLOCK;
    private String problem = "";

    SalvagedBlocks(VolumeFormat format, VolumeFile file, MetadataSalvage metadata, SalvagedState state) {
        this.format = format;
        this.file = file;
        this.metadata = metadata;
        this.state = state;
        tables = new TableChunks(file);
        Fingerprinters fingerprinters = Fingerprinters.of(format.fingerprint());
        fingerprinter = fingerprinters.newFingerprinter();
        fingerprintBytes = fingerprinters.lengthBytes();
        actual = new byte[fingerprintBytes];
        expected = new byte[fingerprintBytes];
        entry = ByteBuffer.allocate(TableEntry.sizeBytes(fingerprintBytes)).order(ByteOrder.LITTLE_ENDIAN);
        stored = ByteBuffer.allocate(format.blockSizeBytes());
    }

    /** What kind of damage made the last block unreadable. */
    SalvageReport.Cause cause() {
        return cause;
    }

    /** What made the last block unreadable. */
    String problem() {
        return problem;
    }

    /**
     * Reads a block.
     *
     * @param address its address, any number
     * @param into takes it at an index; position and limit stay
     * @param at the index
     * @return false if it cannot be read; {@link #cause} and {@link #problem} tell why
     */
    boolean read(long address, ByteBuffer into, int at) {
        int groupNumber = BlockAddress.group(address);
        String name = "block " + groupNumber + "/" + BlockAddress.slot(address) + ": ";
        MetadataSalvage.Group group = BlockAddress.isValid(address) ? state.groups.get(groupNumber) : null;
        if (group == null) {
            return lost(
                    SalvageReport.Cause.GROUP,
                    "group " + groupNumber + ": record: actual=none that can be read expected=one");
        }
        String wrong = groupProblem(group);
        if (!wrong.isEmpty()) {
            return lost(SalvageReport.Cause.GROUP, wrong);
        }
        String damage = readEntry(address, group);
        if (damage == null) {
            damage = readStored(group.info());
        }
        if (damage == null) {
            damage = decode(into, at);
        }
        return damage == null || lost(SalvageReport.Cause.BLOCK, name + damage);
    }

    private boolean lost(SalvageReport.Cause newCause, String newProblem) {
        cause = newCause;
        problem = newProblem;
        return false;
    }

    private String groupProblem(MetadataSalvage.Group group) {
        return groupProblems.computeIfAbsent(group.info().group(), number -> {
            String found = findProblem(group.info());
            return found == null ? "" : "group " + number + ": " + found;
        });
    }

    private @Nullable String findProblem(GroupInfo info) {
        long maxSlots = Math.min(BlockAddress.MAX_SLOTS, format.groupSizeBytes());
        if (info.region() < 0
                || info.region() > BlockAddress.MAX_GROUP
                || info.slots() < 0
                || info.slots() > maxSlots) {
            return "record: actual=" + info + " expected=a region and at most " + maxSlots + " slots";
        }
        if (info.state() != GroupInfo.State.SEALED) {
            return null; // its table is not in the region
        }
        long tableBytes = (long) info.slots() * entry.capacity();
        long footerAt =
                (info.tableOffset() + tableBytes + GroupFooter.ALIGNMENT_BYTES - 1) & -GroupFooter.ALIGNMENT_BYTES;
        if (info.tableOffset() < GroupHeader.SIZE_BYTES
                || info.tableOffset() > format.groupSizeBytes()
                || footerAt + GroupFooter.SIZE_BYTES > format.groupSizeBytes()) {
            return "record: actual=" + info + " expected=a table within " + format.groupSizeBytes();
        }
        String header = headerProblem(info);
        if (header == null) {
            return null;
        }
        String footer = footerProblem(info, footerAt);
        return footer == null ? null : header + "; " + footer;
    }

    private @Nullable String headerProblem(GroupInfo info) {
        ByteBuffer bytes = ByteBuffer.allocate(GroupHeader.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try {
            file.read(bytes, start(info));
        } catch (IOException e) {
            return "header: " + e.getMessage();
        }
        return GroupHeader.problem(bytes, 0, format.volumeId(), info.group(), info.region(), format.groupSizeBytes());
    }

    private @Nullable String footerProblem(GroupInfo info, long footerAt) {
        ByteBuffer bytes = ByteBuffer.allocate(GroupFooter.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try {
            file.read(bytes, start(info) + footerAt);
        } catch (IOException e) {
            return "footer: " + e.getMessage();
        }
        GroupFooter.Table table = new GroupFooter.Table(
                info.slots(), entry.capacity(), (int) info.dataEnd(), (int) info.tableOffset(), info.tableCrc());
        return GroupFooter.problem(bytes, 0, format.volumeId(), info.group(), table);
    }

    private long start(GroupInfo info) {
        return (long) info.region() * format.groupSizeBytes();
    }

    private @Nullable String readEntry(long address, MetadataSalvage.Group group) {
        int slot = BlockAddress.slot(address);
        byte[] journaled = state.entry(address);
        GroupInfo info = group.info();
        entry.clear();
        try {
            if (journaled != null && journaled.length == entry.capacity()) {
                entry.put(journaled);
            } else if (slot >= info.slots()) {
                return "slot: actual=" + slot + " expected=below " + info.slots();
            } else if (info.state() == GroupInfo.State.SEALED) {
                tables.read(entry, start(info) + info.tableOffset() + (long) slot * entry.capacity());
            } else {
                metadata.openEntry(group, slot, entry);
            }
        } catch (CorruptionException e) {
            return "table entry: " + e.getMessage();
        } catch (IOException e) {
            return "table entry cannot be read: " + e.getMessage();
        }
        if (TableEntry.isVacant(entry, 0, fingerprintBytes)) {
            return "table entry: actual=vacant expected=of a block";
        }
        return TableEntry.isIntact(address, entry, 0, fingerprintBytes)
                ? null
                : "checksum of the table entry: actual=wrong";
    }

    private @Nullable String readStored(GroupInfo info) {
        long offset = TableEntry.dataOffsetBytes(entry, 0, fingerprintBytes);
        int length = TableEntry.storedBytes(entry, 0, fingerprintBytes);
        if (offset < GroupHeader.SIZE_BYTES
                || offset + length > format.groupSizeBytes()
                || length > format.blockSizeBytes()) {
            return "stored bytes: actual=" + offset + "+" + length + " expected=within " + format.groupSizeBytes();
        }
        try {
            file.read(stored.clear().limit(length), start(info) + offset);
        } catch (IOException e) {
            return "stored bytes cannot be read: " + e.getMessage();
        }
        int crc = Checksums.crc32c(stored, 0, length);
        int wanted = TableEntry.storedCrc(entry, 0, fingerprintBytes);
        return crc == wanted
                ? null
                : "checksum of the stored bytes: actual=0x" + Integer.toHexString(crc) + " expected=0x"
                        + Integer.toHexString(wanted);
    }

    private @Nullable String decode(ByteBuffer into, int at) {
        int number = TableEntry.codec(entry, 0, fingerprintBytes);
        int length = TableEntry.storedBytes(entry, 0, fingerprintBytes);
        if (!BlockCodec.isKnown(number)
                || !codec.decompress(number, stored, 0, length, into, at, format.blockSizeBytes())) {
            return "stored bytes: actual=" + length + " of codec " + number + " that do not decode expected=one block";
        }
        fingerprinter.digest(into, at, format.blockSizeBytes(), actual, 0);
        entry.get(0, expected);
        return Arrays.equals(actual, expected) ? null : "fingerprint: actual=another expected=its table entry's";
    }
}
