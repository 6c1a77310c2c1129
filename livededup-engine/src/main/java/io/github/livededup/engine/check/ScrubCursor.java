package io.github.livededup.engine.check;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How far a verification has come: which block groups are done, and how far each one is that is not. As text it is a prefix
 * with the version, and in Base64: volume id, level, ranges of groups that are done, positions in others, CRC32C.
 *
 * @param done the groups whose blocks have all been read
 * @param positions the slot to go on from, by group, of those that were begun
 */
record ScrubCursor(BitSet done, Map<Integer, Integer> positions) {
    private static final String PREFIX = "LDV1:";
    private static final int ID_BYTES = 2 * Long.BYTES;
    private static final int HEADER_BYTES = ID_BYTES + 1;
    /** More than any volume needs; a text is not decoded beyond it. */
    private static final int MAX_TEXT = 64 << 20;

    /** Nothing done. */
    static ScrubCursor start() {
        return new ScrubCursor(new BitSet(), new TreeMap<>());
    }

    /** The text for the report. */
    String encode(UUID volumeId, VerifyLevel level) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putLong(volumeId.getMostSignificantBits())
                .putLong(volumeId.getLeastSignificantBits())
                .put(number(level));
        out.writeBytes(header.array());
        int from = done.nextSetBit(0);
        int before = 0;
        ByteArrayOutputStream ranges = new ByteArrayOutputStream();
        int count = 0;
        while (from >= 0) {
            int to = done.nextClearBit(from);
            putNumber(ranges, from - before);
            putNumber(ranges, to - from);
            before = to;
            count++;
            from = done.nextSetBit(to);
        }
        putNumber(out, count);
        out.writeBytes(ranges.toByteArray());
        putNumber(out, positions.size());
        positions.forEach((group, slot) -> {
            putNumber(out, group);
            putNumber(out, slot);
        });
        byte[] body = out.toByteArray();
        ByteBuffer whole = ByteBuffer.allocate(body.length + Integer.BYTES)
                .put(body)
                .putInt(Checksums.crc32c(body, 0, body.length));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole.array());
    }

    /**
     * Reads a text.
     *
     * @throws InvalidArgumentException if it is none of this version, volume and level
     */
    static ScrubCursor decode(String text, UUID volumeId, VerifyLevel level) {
        if (!text.startsWith(PREFIX) || text.length() > MAX_TEXT) {
            throw invalid(text, "a cursor of a verification, which starts with " + PREFIX);
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw invalid(text, "a whole cursor");
        }
        int bodyBytes = bytes.length - Integer.BYTES;
        if (bodyBytes < HEADER_BYTES
                || ByteBuffer.wrap(bytes).getInt(bodyBytes) != Checksums.crc32c(bytes, 0, bodyBytes)) {
            throw invalid(text, "a whole cursor");
        }
        ByteBuffer body = ByteBuffer.wrap(bytes, 0, bodyBytes);
        UUID actual = new UUID(body.getLong(), body.getLong());
        if (!actual.equals(volumeId)) {
            throw new InvalidArgumentException("volume of the cursor", actual, volumeId);
        }
        byte found = body.get();
        if (found != number(level)) {
            throw new InvalidArgumentException("level of the cursor", name(found), level);
        }
        try {
            return decode(body);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw invalid(text, "a whole cursor");
        }
    }

    private static byte number(VerifyLevel level) {
        return switch (level) {
            case STRUCTURE -> 0;
            case METADATA -> 1;
            case CHECKSUMS -> 2;
            case FINGERPRINTS -> 3;
        };
    }

    private static String name(byte number) {
        return Arrays.stream(VerifyLevel.values())
                .filter(level -> number(level) == number)
                .map(VerifyLevel::name)
                .findFirst()
                .orElse("unknown");
    }

    private static ScrubCursor decode(ByteBuffer body) {
        ScrubCursor cursor = start();
        int group = 0;
        for (int i = number(body); i > 0; i--) {
            int from = checked(group + number(body));
            group = checked(from + number(body));
            cursor.done.set(from, group);
        }
        for (int i = number(body); i > 0; i--) {
            int partial = checked(number(body));
            cursor.positions.put(partial, number(body));
        }
        return cursor;
    }

    private static int checked(int group) {
        if (group < 0 || group > BlockAddress.MAX_GROUP + 1) {
            throw new IndexOutOfBoundsException(group);
        }
        return group;
    }

    private static InvalidArgumentException invalid(String text, String expected) {
        return new InvalidArgumentException(
                "cursor", text.length() > 40 ? text.substring(0, 40) + "…" : text, expected);
    }

    private static void putNumber(ByteArrayOutputStream out, int number) {
        int rest = number;
        while (rest >= 0x80) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static int number(ByteBuffer from) {
        int number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int part = from.get();
            number |= (part & 0x7F) << shift;
            if (part >= 0) {
                return number;
            }
        }
        throw new IndexOutOfBoundsException("number");
    }
}
