package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.GroupRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The block groups: where each lies and what it holds. */
public final class GroupDirectory {
    /** What a change of one record may take at most: a leaf and three pages above. */
    static final int CHANGE_PAGES = 4;

    private final PageStore pages;
    private final RecordTree records;
    private final PageTree openTables;
    private final PageTree retired;
    private int highest;

    /**
     * Reads the directory.
     *
     * @param pages the pages
     * @param root where it starts
     * @param openTables the trees of open groups' tables, to be dropped when a group is sealed
     * @param retired the trees of retired slots, to be dropped when a group moves
     * @throws IOException if reading fails
     */
    GroupDirectory(PageStore pages, TreeRoot root, PageTree openTables, PageTree retired) throws IOException {
        this.retired = retired;
        this.pages = pages;
        this.records = new RecordTree(pages, TreeShape.GROUPS, root);
        this.openTables = openTables;
        records.forEachPage((page, firstRecord) -> {
            for (int i = 0; i < TreeShape.GROUPS.recordsPerLeaf; i++) {
                if (GroupRecord.state(page.data, page.recordOffset(i)) != GroupRecord.STATE_FREE) {
                    highest = (int) firstRecord + i;
                }
            }
        });
    }

    RecordTree records() {
        return records;
    }

    /**
     * The highest group number in use.
     *
     * @return the number, 0 if there is no group
     */
    public int highestGroup() {
        return highest;
    }

    /**
     * A group's record.
     *
     * @param group its number, from 1
     * @return a new record, in state FREE if there is no such group
     * @throws IOException if reading fails
     */
    public GroupInfo get(int group) throws IOException {
        checkNumber(group);
        Page page = records.page(group);
        return page == null
                ? new GroupInfo(group, GroupInfo.State.FREE, 0, 0, 0, 0, 0, 0, 0, 0)
                : info(page, records.offset(page, group), group);
    }

    /**
     * Adds an open group without blocks.
     *
     * @param group its number, one that is free
     * @param region the region it lies in
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void open(int group, int region) throws IOException {
        checkNumber(group);
        expectState(group, GroupRecord.STATE_FREE);
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        Page page = records.writablePage(group);
        int at = records.offset(page, group);
        GroupRecord.putState(page.data, at, GroupRecord.STATE_OPEN);
        GroupRecord.putRegion(page.data, at, region);
        records.added(page);
        highest = Math.max(highest, group);
    }

    /**
     * Notes how far an open group is filled, as of the checkpoint to come.
     *
     * @param group the group
     * @param slots its blocks
     * @param dataEnd where its stored blocks end, from the region's start
     * @throws IOException if reading fails
     */
    public void progress(int group, int slots, long dataEnd) throws IOException {
        expectState(group, GroupRecord.STATE_OPEN);
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        Page page = records.writablePage(group);
        GroupRecord.putFill(page.data, records.offset(page, group), slots, dataEnd);
    }

    /**
     * Makes an open group sealed and drops its table's pages.
     *
     * @param group the group
     * @param slots its blocks
     * @param dataEnd where its stored blocks end, from the region's start
     * @param tableOffset where its table starts, from the region's start
     * @param tableCrc the CRC32C of its table
     * @throws IOException if reading fails
     */
    public void seal(int group, int slots, long dataEnd, long tableOffset, int tableCrc) throws IOException {
        expectState(group, GroupRecord.STATE_OPEN);
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        dropTree(group, GroupRecord.TREE_OPEN_TABLE, openTables);
        Page page = records.writablePage(group);
        int at = records.offset(page, group);
        GroupRecord.putState(page.data, at, GroupRecord.STATE_SEALED);
        GroupRecord.putFill(page.data, at, slots, dataEnd);
        GroupRecord.putTable(page.data, at, tableOffset, tableCrc);
    }

    /**
     * Notes that a sealed group lies elsewhere, without some of its dead blocks.
     *
     * @param group the group
     * @param region the region it lies in now
     * @param slots its slots; those that are cut off have no references
     * @param dataEnd where its stored blocks end, from the region's start
     * @param tableOffset where its table starts, from the region's start
     * @param tableCrc the CRC32C of its table
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void move(int group, int region, int slots, long dataEnd, long tableOffset, int tableCrc)
            throws IOException {
        expectState(group, GroupRecord.STATE_SEALED);
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        dropTree(group, GroupRecord.TREE_RETIRED, retired);
        Page page = records.writablePage(group);
        int at = records.offset(page, group);
        GroupRecord.putRegion(page.data, at, region);
        GroupRecord.putFill(page.data, at, slots, dataEnd);
        GroupRecord.putTable(page.data, at, tableOffset, tableCrc);
    }

    /**
     * Takes a group out that has no references.
     *
     * @param group the group
     * @throws IllegalStateException if a block of it has references
     * @throws IOException if reading fails
     */
    public void free(int group) throws IOException {
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        TreeRoot counts = root(group, GroupRecord.TREE_COUNTS);
        if (counts.pointer != 0) {
            throw new IllegalStateException("group " + group + " references: actual=some expected=none");
        }
        dropTree(group, GroupRecord.TREE_OPEN_TABLE, openTables);
        dropTree(group, GroupRecord.TREE_RETIRED, retired);
        records.remove(records.writablePage(group), group);
        while (highest > 0 && state(highest) == GroupRecord.STATE_FREE) {
            highest--;
        }
    }

    /**
     * Changes a group's figures, when blocks come, are referenced for the first time, or lose their last reference.
     *
     * @param group the group
     * @param liveBytes added to the stored bytes of blocks with references
     * @param deadBytes added to the stored bytes of blocks without
     * @param liveBlocks added to the blocks with references
     * @throws io.github.livededup.CorruptionException if a figure would become negative
     * @throws IOException if reading fails
     */
    public void adjustBytes(int group, long liveBytes, long deadBytes, int liveBlocks) throws IOException {
        Page page = existing(group);
        int at = records.offset(page, group);
        long live = GroupRecord.liveBytes(page.data, at) + liveBytes;
        long dead = GroupRecord.deadBytes(page.data, at) + deadBytes;
        int blocks = GroupRecord.liveBlocks(page.data, at) + liveBlocks;
        if (live < 0 || dead < 0 || blocks < 0) {
            throw new CorruptionException(
                    "group " + group,
                    "figures: actual=live bytes " + live + ", dead bytes " + dead + ", live blocks " + blocks
                            + " expected=none below 0");
        }
        GroupRecord.putLive(page.data, at, live, dead, blocks);
    }

    /**
     * Changes a group's figures of live blocks, as a block comes to live or dies. The bytes of a block whose entry is damaged are not
     * known, perhaps only when it dies; so they are kept from going below 0, and are 0 when no block is left.
     *
     * @param group the group
     * @param liveBytes added to the stored bytes of blocks with references
     * @param liveBlocks added to the blocks with references
     * @return by how much the stored bytes changed
     * @throws io.github.livededup.CorruptionException if there would be fewer blocks than none
     * @throws IOException if reading fails
     */
    public long countLive(int group, long liveBytes, int liveBlocks) throws IOException {
        Page page = existing(group);
        int at = records.offset(page, group);
        long before = GroupRecord.liveBytes(page.data, at);
        int blocks = GroupRecord.liveBlocks(page.data, at) + liveBlocks;
        if (blocks < 0) {
            throw new CorruptionException(
                    "group " + group, "figures: actual=live blocks " + blocks + " expected=none below 0");
        }
        long bytes = blocks == 0 ? 0 : Math.max(0, before + liveBytes);
        GroupRecord.putLive(page.data, at, bytes, GroupRecord.deadBytes(page.data, at), blocks);
        return bytes - before;
    }

    /** Where one of a group's trees starts; a new object. */
    TreeRoot root(int group, int tree) throws IOException {
        TreeRoot root = new TreeRoot();
        root(group, tree, root);
        return root;
    }

    /** Reads where one of a group's trees starts. */
    void root(int group, int tree, TreeRoot into) throws IOException {
        Page page = used(group);
        if (page == null) {
            throw noGroup(group);
        }
        int at = records.offset(page, group);
        into.read("group ", group, GroupRecord.root(page.data, at, tree), GroupRecord.height(page.data, at, tree));
    }

    /** A leaf of one of a group's trees; null if there is none or no such group. Allocates nothing. */
    @Nullable
    Page leaf(int group, int which, PageTree tree, long leafIndex) throws IOException {
        Page page = used(group);
        if (page == null) {
            return null;
        }
        int at = records.offset(page, group);
        long pointer = GroupRecord.root(page.data, at, which);
        int height = GroupRecord.height(page.data, at, which);
        TreeRoot.check("group ", group, pointer, height);
        return tree.leaf(pointer, pointer == 0 ? 0 : height, leafIndex);
    }

    /** The page of a group's record; null if there is no such group. */
    private @Nullable Page used(int group) throws IOException {
        return state(group) == GroupRecord.STATE_FREE ? null : records.page(group);
    }

    /** Stores where one of a group's trees starts. */
    void putRoot(int group, int tree, TreeRoot root) throws IOException {
        Page page = existing(group);
        GroupRecord.putRoot(page.data, records.offset(page, group), tree, root.pointer, root.height);
    }

    private void dropTree(int group, int which, PageTree tree) throws IOException {
        TreeRoot root = root(group, which);
        if (root.pointer != 0) {
            tree.drop(root);
            putRoot(group, which, root);
        }
    }

    private Page existing(int group) throws IOException {
        Page page = records.writablePage(group);
        if (GroupRecord.state(page.data, records.offset(page, group)) == GroupRecord.STATE_FREE) {
            records.dropIfEmpty(page, group);
            throw noGroup(group);
        }
        return page;
    }

    int state(int group) throws IOException {
        if (group < 1 || group > BlockAddress.MAX_GROUP) {
            return GroupRecord.STATE_FREE;
        }
        Page page = records.page(group);
        return page == null ? GroupRecord.STATE_FREE : GroupRecord.state(page.data, records.offset(page, group));
    }

    private void expectState(int group, int expected) throws IOException {
        int actual = state(group);
        if (actual != expected) {
            throw new IllegalStateException("group " + group + " state: actual=" + actual + " expected=" + expected);
        }
    }

    private static void checkNumber(int group) {
        if (group < 1 || group > BlockAddress.MAX_GROUP) {
            throw new IllegalArgumentException("group: actual=" + group + " expected=1 to " + BlockAddress.MAX_GROUP);
        }
    }

    /** What no group of any size has is not believed, so that arithmetic on it is safe. */
    private static void checkFigure(int group, String what, long actual, long most) throws CorruptionException {
        if (actual < 0 || actual > most) {
            throw new CorruptionException("group " + group, what + ": actual=" + actual + " expected=0 to " + most);
        }
    }

    private static CorruptionException noGroup(int group) {
        return new CorruptionException("group " + group, "state: actual=free expected=open or sealed");
    }

    private static GroupInfo.State state(int number, int group) throws CorruptionException {
        return switch (number) {
            case GroupRecord.STATE_FREE -> GroupInfo.State.FREE;
            case GroupRecord.STATE_OPEN -> GroupInfo.State.OPEN;
            case GroupRecord.STATE_SEALED -> GroupInfo.State.SEALED;
            default -> throw new CorruptionException("group " + group, "state: actual=" + number + " expected=0 to 2");
        };
    }

    static GroupInfo info(Page page, int at, int group) throws CorruptionException {
        byte[] data = page.data;
        int state = GroupRecord.state(data, at);
        checkFigure(group, "slots", GroupRecord.slots(data, at), BlockAddress.MAX_SLOTS);
        checkFigure(group, "data end", GroupRecord.dataEnd(data, at), Integer.MAX_VALUE);
        checkFigure(group, "table offset", GroupRecord.tableOffset(data, at), Integer.MAX_VALUE);
        checkFigure(group, "live bytes", GroupRecord.liveBytes(data, at), Integer.MAX_VALUE);
        checkFigure(group, "dead bytes", GroupRecord.deadBytes(data, at), Integer.MAX_VALUE);
        checkFigure(group, "live blocks", GroupRecord.liveBlocks(data, at), BlockAddress.MAX_SLOTS);
        return new GroupInfo(
                group,
                state(state, group),
                GroupRecord.region(data, at),
                GroupRecord.slots(data, at),
                GroupRecord.dataEnd(data, at),
                GroupRecord.tableOffset(data, at),
                GroupRecord.tableCrc(data, at),
                GroupRecord.liveBytes(data, at),
                GroupRecord.deadBytes(data, at),
                GroupRecord.liveBlocks(data, at));
    }
}
