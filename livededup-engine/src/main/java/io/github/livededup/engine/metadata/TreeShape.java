package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.CatalogueRecord;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.format.PageLayout;

/**
 * What the pages of a kind of tree look like, and the arithmetic that follows. A record's number leads to a leaf's
 * number, and that to a slot in each inner page above it.
 */
final class TreeShape {
    static final TreeShape FILE = new TreeShape(PageLayout.KIND_FILE, "file header", 0);
    static final TreeShape FREE_SPACE = new TreeShape(PageLayout.KIND_FREE_SPACE, "free space", 0);
    static final TreeShape CATALOGUE = new TreeShape(PageLayout.KIND_CATALOGUE, "catalogue", CatalogueRecord.BYTES);
    static final TreeShape GROUPS = new TreeShape(PageLayout.KIND_GROUPS, "group directory", GroupRecord.BYTES);
    static final TreeShape SHARED_PAGES = new TreeShape(PageLayout.KIND_SHARED_PAGES, "shared pages", Integer.BYTES);
    static final TreeShape IMAGE_MAP = new TreeShape(PageLayout.KIND_IMAGE_MAP, "image map", Long.BYTES);
    static final TreeShape COUNTS = new TreeShape(PageLayout.KIND_COUNTS, "reference counts", Integer.BYTES);
    static final TreeShape EXTERNAL_COUNTS =
            new TreeShape(PageLayout.KIND_EXTERNAL_COUNTS, "external reference counts", Integer.BYTES);

    static final TreeShape RETIRED = new TreeShape(PageLayout.KIND_RETIRED, "retired slots", Long.BYTES);

    /** The highest tree: 508^6 leaves are more than 2^48 records of any size make. */
    static final int MAX_HEIGHT = 7;

    private static final long[] LEAVES_BELOW = new long[MAX_HEIGHT];

    static {
        LEAVES_BELOW[0] = 1;
        for (int level = 1; level < MAX_HEIGHT; level++) {
            LEAVES_BELOW[level] = LEAVES_BELOW[level - 1] * PageLayout.FAN_OUT;
        }
    }

    final int kind;
    final String name;
    final int recordBytes;
    final int recordsPerLeaf;

    TreeShape(int kind, String name, int recordBytes) {
        this.kind = kind;
        this.name = name;
        this.recordBytes = recordBytes;
        this.recordsPerLeaf = recordBytes == 0 ? 0 : PageLayout.PAYLOAD_BYTES / recordBytes;
    }

    static TreeShape openTable(int entryBytes) {
        return new TreeShape(PageLayout.KIND_OPEN_TABLE, "open group's table", entryBytes);
    }

    /** The size of a record on a page of a level. */
    int recordBytes(int level) {
        return level == 0 ? recordBytes : Long.BYTES;
    }

    /** The number of leaves below a page of a level. */
    static long leavesBelow(int level) {
        return LEAVES_BELOW[level];
    }

    /** The number of records below a page of a level. */
    long recordsBelow(int level) {
        return LEAVES_BELOW[level] * recordsPerLeaf;
    }

    /** The height of a tree that has room for a leaf. */
    static int heightFor(long leafIndex) {
        int height = 1;
        while (LEAVES_BELOW[height - 1] <= leafIndex) {
            height++;
        }
        return height;
    }

    /** The slot of an inner page that leads to a leaf. */
    static int slot(long leafIndex, int level) {
        return (int) (leafIndex / LEAVES_BELOW[level - 1] % PageLayout.FAN_OUT);
    }

    /** Where a slot of an inner page starts in the page's bytes. */
    static int slotOffset(int slot) {
        return PageLayout.HEADER_BYTES + slot * Long.BYTES;
    }
}
