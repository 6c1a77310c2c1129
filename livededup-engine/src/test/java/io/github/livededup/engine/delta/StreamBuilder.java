package io.github.livededup.engine.delta;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.DeltaHeader;
import io.github.livededup.engine.format.DeltaLayout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Makes streams by hand, right and wrong ones, with checksums that hold. One frame takes all records. */
final class StreamBuilder {
    private final ByteBuffer header =
            ByteBuffer.allocate(DeltaLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private final UUID id = new UUID(3, 4);
    private final long[] counts = new long[4];

    StreamBuilder(FingerprintAlgorithm fingerprint, long baseSizeBytes, long imageSizeBytes) {
        DeltaLayout.writeHeader(
                new DeltaHeader(
                        id, DeltaCase.BLOCK, fingerprint, baseSizeBytes > 0, false, baseSizeBytes, imageSizeBytes),
                header);
    }

    /** Overwrites a number of the header. */
    StreamBuilder header(int at, int value) {
        header.putInt(at, value);
        return this;
    }

    private static ByteBuffer record(int type, int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).put(0, (byte) type);
    }

    private StreamBuilder add(ByteBuffer record, int kind, long blocks) {
        records.writeBytes(record.array());
        if (kind >= 0) {
            counts[kind] += blocks;
        }
        return this;
    }

    StreamBuilder data(long block, int codec, byte[] stored, byte[] fingerprint) {
        ByteBuffer record =
                record(DeltaLayout.DATA, DeltaLayout.FINGERPRINT_OFFSET + fingerprint.length + stored.length);
        record.put(DeltaLayout.CODEC_OFFSET, (byte) codec);
        record.putShort(DeltaLayout.LENGTH_OFFSET, (short) (stored.length - 1));
        record.putLong(DeltaLayout.SINGLE_BLOCK_OFFSET, block);
        record.put(DeltaLayout.FINGERPRINT_OFFSET, fingerprint);
        record.put(DeltaLayout.FINGERPRINT_OFFSET + fingerprint.length, stored);
        return add(record, 0, 1);
    }

    StreamBuilder known(long block, byte[] fingerprint) {
        ByteBuffer record = record(DeltaLayout.KNOWN, DeltaLayout.FINGERPRINT_OFFSET + fingerprint.length);
        record.putLong(DeltaLayout.SINGLE_BLOCK_OFFSET, block);
        record.put(DeltaLayout.FINGERPRINT_OFFSET, fingerprint);
        return add(record, 1, 1);
    }

    StreamBuilder repeat(long block, int count, long earlier) {
        ByteBuffer record = record(DeltaLayout.REPEAT, DeltaLayout.REPEAT_BYTES);
        record.putInt(DeltaLayout.COUNT_OFFSET, count);
        record.putLong(DeltaLayout.RUN_BLOCK_OFFSET, block);
        record.putLong(DeltaLayout.EARLIER_OFFSET, earlier);
        return add(record, 2, count);
    }

    StreamBuilder hole(long block, int count) {
        ByteBuffer record = record(DeltaLayout.HOLE, DeltaLayout.HOLE_BYTES);
        record.putInt(DeltaLayout.COUNT_OFFSET, count);
        record.putLong(DeltaLayout.RUN_BLOCK_OFFSET, block);
        return add(record, 3, count);
    }

    StreamBuilder raw(byte... bytes) {
        return add(ByteBuffer.wrap(bytes), -1, 0);
    }

    /** Counts blocks that are not there. */
    StreamBuilder miscount(int kind) {
        counts[kind]++;
        return this;
    }

    StreamBuilder end(byte[] baseDigest, byte[] resultDigest) {
        ByteBuffer record = record(DeltaLayout.END, DeltaLayout.END_BYTES);
        for (int i = 0; i < counts.length; i++) {
            record.putLong(DeltaLayout.END_COUNTS_OFFSET + i * Long.BYTES, counts[i]);
        }
        record.put(DeltaLayout.BASE_DIGEST_OFFSET, baseDigest);
        record.put(DeltaLayout.RESULT_DIGEST_OFFSET, resultDigest);
        return add(record, -1, 0);
    }

    /** The stream. */
    byte[] bytes() {
        int crcAt = DeltaLayout.HEADER_BYTES - Integer.BYTES;
        header.putInt(crcAt, Checksums.crc32c(header, 0, crcAt));
        ByteBuffer payload = ByteBuffer.wrap(records.toByteArray());
        ByteBuffer scratch = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        int length = payload.capacity();
        ByteBuffer all = ByteBuffer.allocate(DeltaLayout.HEADER_BYTES + DeltaLayout.FRAME_HEADER_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN);
        all.put(header.array()).putInt(length);
        all.putInt(DeltaLayout.frameCrc(new CRC32C(), scratch, id, 0, payload, length));
        return all.put(payload).array();
    }
}
