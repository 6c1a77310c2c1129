package io.github.livededup.examples.fusemount.log;

import io.github.livededup.examples.fusemount.tree.Change;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Transactions as records: magic, length of the changes, sequence number, CRC-32C of all the rest, the changes. A record that was
 * not written wholly, or was changed, does not pass for one.
 */
final class Records {
    /** Bytes before the changes. */
    static final int HEADER_BYTES = 20;
    /** The longest list of changes: 256, each with at most an extended attribute of 64 KiB. */
    static final int MAX_PAYLOAD_BYTES = 1 << 25;

    private static final int MAGIC = 0x4c444652; // "LDFR"
    private static final int CRC_OFFSET = 16;

    private Records() {}

    /** Ready to be written. */
    static ByteBuffer encode(long sequence, List<Change> changes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Change change : changes) {
                ChangeCodec.write(out, change);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (bytes.size() > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "transaction: actual=" + bytes.size() + " expected=at most " + MAX_PAYLOAD_BYTES + " bytes");
        }
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + bytes.size());
        record.putInt(MAGIC).putInt(bytes.size()).putLong(sequence).putInt(0).put(bytes.toByteArray());
        record.putInt(CRC_OFFSET, checksum(record.array(), 0, bytes.size()));
        return record.flip();
    }

    /** The length of the record of that number which lies there, header included; 0 if there is none. */
    static int lengthAt(byte[] bytes, int offset, int end, long sequence) {
        if (end - offset < HEADER_BYTES) {
            return 0;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes, offset, HEADER_BYTES);
        int magic = header.getInt();
        int payload = header.getInt();
        if (magic != MAGIC || payload < 0 || payload > MAX_PAYLOAD_BYTES || payload > end - offset - HEADER_BYTES) {
            return 0;
        }
        if (header.getLong() != sequence || header.getInt() != checksum(bytes, offset, payload)) {
            return 0;
        }
        return HEADER_BYTES + payload;
    }

    /** The number that a record there has, if its head looks like one. */
    static long sequenceAt(byte[] bytes, int offset, int end) {
        if (end - offset < HEADER_BYTES) {
            return -1;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes, offset, HEADER_BYTES);
        return header.getInt() == MAGIC ? header.getLong(offset + 8) : -1;
    }

    /** The changes of a record that was found whole. */
    static List<Change> decode(byte[] bytes, int offset, int length) throws TreeDamagedException {
        List<Change> changes = new ArrayList<>();
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(bytes, offset + HEADER_BYTES, length - HEADER_BYTES))) {
            while (in.available() > 0) {
                changes.add(ChangeCodec.read(in));
            }
        } catch (TreeDamagedException e) {
            throw e;
        } catch (IOException e) {
            throw new TreeDamagedException("record: actual=ends within a change expected=whole changes");
        }
        return changes;
    }

    private static int checksum(byte[] bytes, int offset, int payload) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, CRC_OFFSET);
        crc.update(bytes, offset + HEADER_BYTES, payload);
        return (int) crc.getValue();
    }
}
