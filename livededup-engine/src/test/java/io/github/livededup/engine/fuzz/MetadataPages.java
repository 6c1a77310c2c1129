package io.github.livededup.engine.fuzz;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The metadata pages that the superblock in force reaches, found by the format document alone. */
public final class MetadataPages {
    public static final int CATALOGUE = 2;
    public static final int GROUPS = 3;
    public static final int SHARED = 4;
    public static final int MAP = 5;
    public static final int COUNTS = 6;
    public static final int EXTERNAL = 7;
    public static final int OPEN_TABLE = 8;
    public static final int FREE_SPACE = 9;
    public static final int RETIRED = 10;

    public static final int HEADER = 32;
    public static final int FAN_OUT = 508;
    public static final int CATALOGUE_RECORD = 508;
    public static final int GROUP_RECORD = 96;

    private static final long NUMBER_MASK = (1L << 40) - 1;

    private final VolumeBytes bytes;
    private final List<Found> found = new ArrayList<>();

    /**
     * A page.
     *
     * @param number its number
     * @param kind what it is part of
     * @param level its level
     */
    public record Found(long number, int kind, int level) {
        /** Where it starts in the file. */
        public long position() {
            return number * VolumeBytes.PAGE;
        }

        public String name() {
            return KINDS[kind] + " page of level " + level;
        }
    }

    private static final String[] KINDS = {
        "",
        "file header",
        "catalogue",
        "group directory",
        "shared pages",
        "image map",
        "reference counts",
        "external counts",
        "open table",
        "free space",
        "retired slots"
    };

    private MetadataPages(VolumeBytes bytes) {
        this.bytes = bytes;
    }

    /** All pages, the file's header first; a page that several trees reach comes more than once. */
    public static List<Found> of(VolumeBytes bytes) {
        MetadataPages pages = new MetadataPages(bytes);
        pages.found.add(new Found(0, 1, 0));
        ByteBuffer superblock = bytes.superblock();
        pages.tree(superblock.getLong(96), superblock.get(104), CATALOGUE);
        pages.tree(superblock.getLong(112), superblock.get(120), GROUPS);
        pages.tree(superblock.getLong(128), superblock.get(136), SHARED);
        long pointer = superblock.getLong(144);
        while (pointer != 0) {
            pages.found.add(new Found(pointer & NUMBER_MASK, FREE_SPACE, 0));
            pointer = pages.page(pointer).getLong(HEADER);
        }
        return pages.found;
    }

    /** The first page of a kind and level, or null. */
    public static Found first(List<Found> pages, int kind, int level) {
        return pages.stream()
                .filter(page -> page.kind() == kind && page.level() == level)
                .findFirst()
                .orElse(null);
    }

    private ByteBuffer page(long pointer) {
        return bytes.buffer("metadata.dat", (pointer & NUMBER_MASK) * VolumeBytes.PAGE, VolumeBytes.PAGE);
    }

    private void tree(long pointer, int levels, int kind) {
        if (pointer == 0) {
            return;
        }
        int level = levels - 1;
        found.add(new Found(pointer & NUMBER_MASK, kind, level));
        ByteBuffer page = page(pointer);
        for (int slot = 0; level > 0 && slot < FAN_OUT; slot++) {
            tree(page.getLong(HEADER + slot * 8), level, kind);
        }
        if (level == 0 && kind == CATALOGUE) {
            for (int at = HEADER; at + CATALOGUE_RECORD <= VolumeBytes.PAGE; at += CATALOGUE_RECORD) {
                tree(page.getLong(at + 8), page.get(at + 2), MAP);
            }
        }
        if (level == 0 && kind == GROUPS) {
            for (int at = HEADER; at + GROUP_RECORD <= VolumeBytes.PAGE; at += GROUP_RECORD) {
                tree(page.getLong(at + 48), page.get(at + 1), COUNTS);
                tree(page.getLong(at + 56), page.get(at + 2), EXTERNAL);
                tree(page.getLong(at + 64), page.get(at + 3), OPEN_TABLE);
                tree(page.getLong(at + 80), page.get(at + 88), RETIRED);
            }
        }
    }
}
