package io.github.livededup.engine.badinput;

import java.util.Arrays;

/**
 * A field of a structure of the format.
 *
 * @param name its name
 * @param offset where it starts in the structure, as the format document says
 * @param bytes its length
 */
record Field(String name, int offset, int bytes) {
    /** What is done to a field. */
    enum Change {
        /** All bits 0. */
        ZEROED,
        /** All bits 1. */
        ONES,
        /** One more. */
        PLUS_ONE,
        /** The highest bit inverted. */
        SIGN;

        /** The bytes of a little-endian field after the change. */
        byte[] of(byte[] field) {
            byte[] changed = field.clone();
            switch (this) {
                case ZEROED -> Arrays.fill(changed, (byte) 0);
                case ONES -> Arrays.fill(changed, (byte) -1);
                case PLUS_ONE -> {
                    int at = 0;
                    while (at < changed.length && ++changed[at] == 0) {
                        at++;
                    }
                }
                case SIGN -> changed[changed.length - 1] ^= (byte) 0x80;
            }
            return changed;
        }
    }

    static final Field[] SUPERBLOCK = {
        new Field("magic", 0, 8),
        new Field("version", 8, 4),
        new Field("version inverted", 12, 4),
        new Field("volume id high", 16, 8),
        new Field("volume id low", 24, 8),
        new Field("generation", 32, 8),
        new Field("created", 40, 8),
        new Field("ignorable features", 48, 4),
        new Field("features", 52, 4),
        new Field("block size", 56, 4),
        new Field("group size", 60, 4),
        new Field("fingerprint", 64, 4),
        new Field("flags", 68, 4),
        new Field("journal start", 72, 8),
        new Field("metadata pages", 80, 8),
        new Field("next image", 88, 8),
        new Field("catalogue root", 96, 8),
        new Field("catalogue height", 104, 1),
        new Field("groups root", 112, 8),
        new Field("groups height", 120, 1),
        new Field("shared pages root", 128, 8),
        new Field("shared pages height", 136, 1),
        new Field("free space root", 144, 8),
        new Field("free space pages", 152, 8),
        new Field("spare", 160, 8),
        new Field("checksum", 4092, 4)
    };

    static final Field[] SEGMENT = {
        new Field("magic", 0, 8),
        new Field("version", 8, 4),
        new Field("version inverted", 12, 4),
        new Field("volume id high", 16, 8),
        new Field("volume id low", 24, 8),
        new Field("index", 32, 4),
        new Field("segments", 36, 4),
        new Field("segment size", 40, 4),
        new Field("spare", 44, 8),
        new Field("checksum", 4092, 4)
    };

    static final Field[] FRAME = {
        new Field("magic", 0, 4),
        new Field("payload length", 4, 4),
        new Field("sequence", 8, 8),
        new Field("previous", 16, 8),
        new Field("durable", 24, 8),
        new Field("volume id low", 32, 8),
        new Field("flags", 40, 4),
        new Field("spare", 44, 8),
        new Field("checksum", 60, 4)
    };

    static final Field[] PAGE = {
        new Field("checksum", 0, 4),
        new Field("kind", 4, 2),
        new Field("version", 6, 1),
        new Field("level", 7, 1),
        new Field("volume id low", 8, 8),
        new Field("generation", 16, 8),
        new Field("number", 24, 5),
        new Field("used and record size", 29, 3)
    };

    static final Field[] CATALOGUE = {
        new Field("state", 0, 1),
        new Field("flags", 1, 1),
        new Field("map height", 2, 1),
        new Field("name length", 3, 1),
        new Field("origin", 4, 4),
        new Field("map root", 8, 8),
        new Field("size", 16, 8),
        new Field("mapped blocks", 24, 8),
        new Field("created", 32, 8),
        new Field("changed", 40, 8),
        new Field("name", 48, 1),
        new Field("spare", 303, 8)
    };

    static final Field[] GROUP = {
        new Field("state", 0, 1),
        new Field("counts height", 1, 1),
        new Field("external height", 2, 1),
        new Field("table height", 3, 1),
        new Field("region", 4, 4),
        new Field("slots", 8, 4),
        new Field("table checksum", 12, 4),
        new Field("data end", 16, 8),
        new Field("table start", 24, 8),
        new Field("live bytes", 32, 8),
        new Field("dead bytes", 40, 8),
        new Field("counts root", 48, 8),
        new Field("external root", 56, 8),
        new Field("table root", 64, 8),
        new Field("live blocks", 72, 4),
        new Field("spare", 76, 4),
        new Field("retired root", 80, 8),
        new Field("retired height", 88, 1)
    };

    static final Field[] GROUP_HEADER = {
        new Field("magic", 0, 8),
        new Field("version", 8, 4),
        new Field("group", 12, 4),
        new Field("volume id high", 16, 8),
        new Field("volume id low", 24, 8),
        new Field("region", 32, 4),
        new Field("group size", 36, 4),
        new Field("spare", 40, 8),
        new Field("checksum", 60, 4)
    };

    static final Field[] GROUP_FOOTER = {
        new Field("magic", 0, 8),
        new Field("version", 8, 4),
        new Field("group", 12, 4),
        new Field("volume id high", 16, 8),
        new Field("volume id low", 24, 8),
        new Field("slots", 32, 4),
        new Field("entry size", 36, 4),
        new Field("data end", 40, 4),
        new Field("table start", 44, 4),
        new Field("table checksum", 48, 4),
        new Field("spare", 52, 8),
        new Field("checksum", 60, 4)
    };

    /** With a fingerprint of 32 bytes. */
    static final Field[] TABLE_ENTRY = {
        new Field("fingerprint", 0, 32),
        new Field("data offset", 32, 4),
        new Field("stored length", 36, 2),
        new Field("codec", 38, 1),
        new Field("flags", 39, 1),
        new Field("stored checksum", 40, 4),
        new Field("checksum", 44, 4)
    };

    static final Field[] INDEX_MARKER = {
        new Field("magic", 0, 8),
        new Field("version", 8, 4),
        new Field("partitions", 12, 4),
        new Field("volume id high", 16, 8),
        new Field("volume id low", 24, 8),
        new Field("generation", 32, 8)
    };

    static final Field[] FILTER = {
        new Field("magic", 0, 8),
        new Field("version", 8, 4),
        new Field("segments", 12, 4),
        new Field("volume id high", 16, 8),
        new Field("volume id low", 24, 8),
        new Field("generation", 32, 8),
        new Field("checksum", 60, 4)
    };

    static final Field[] FILTER_SEGMENT = {
        new Field("homes", 0, 4),
        new Field("overflow cells", 4, 4),
        new Field("hash bits", 8, 1),
        new Field("group bits", 9, 1),
        new Field("entries", 12, 4),
        new Field("cell bytes", 16, 4),
        new Field("cells checksum", 20, 4),
        new Field("checksum", 28, 4)
    };

    private static final int RECORD_HEADER = 4;

    /** The fields of a journal record, its header included. */
    static Field[] ofRecord(int type) {
        return switch (type) {
            case 1 ->
                record(
                        "address 8",
                        "fingerprint 32",
                        "data offset 4",
                        "length 2",
                        "codec 1",
                        "flags 1",
                        "crc 4",
                        "entry crc 4");
            case 2 -> record("group 4", "region 4");
            case 3 -> record("group 4", "slots 4", "data end 8", "table start 8", "table crc 4");
            case 4 -> record("image 8", "first block 8", "count 4", "address 8");
            case 5 -> record("image 8", "first block 8", "count 8");
            case 6 -> record("image 8", "size 8", "time 8", "flags 4", "name 1");
            case 7, 8 -> record("image 8", "name 1");
            case 9, 16 -> record("image 8");
            case 10 -> record("image 8", "size 8");
            case 11 -> record("image 8", "time 8");
            case 12 -> record("address 8", "change 4");
            case 13 -> record("image 8", "source 8", "time 8", "flags 4", "name 1");
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    private static Field[] record(String... fields) {
        Field[] all = new Field[fields.length + 2];
        all[0] = new Field("type", 0, 1);
        all[1] = new Field("body length", 1, 3);
        int at = RECORD_HEADER;
        for (int i = 0; i < fields.length; i++) {
            int space = fields[i].lastIndexOf(' ');
            int bytes = Integer.parseInt(fields[i].substring(space + 1));
            all[i + 2] = new Field(fields[i].substring(0, space), at, bytes);
            at += bytes;
        }
        return all;
    }
}
