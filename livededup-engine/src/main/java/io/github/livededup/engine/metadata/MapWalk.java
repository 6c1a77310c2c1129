package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Walks all image maps for a verification: each page once, however many images reach it, while the references of pages
 * and of blocks are counted anew.
 */
final class MapWalk {
    private static final TreeShape SHAPE = TreeShape.IMAGE_MAP;
    /** Instead of a number of mapped blocks: a page below cannot be read. */
    private static final long UNKNOWN = -1;

    private final PageWalk walk;
    private final PageSharing sharing;
    private final GroupDirectory groups;
    private final ProblemListener problems;
    /** References of pages above the first. */
    private final Map<Long, Long> extra = new HashMap<>();
    /** The mapped blocks below pages that are said to be shared or were reached twice, so that they are not counted again. */
    private final Map<Long, Long> mappedBelow = new HashMap<>();

    private boolean damaged;
    private int knownGroup;
    private int knownSlots;

    MapWalk(PageWalk walk, PageSharing sharing, GroupDirectory groups, ProblemListener problems) {
        this.walk = walk;
        this.sharing = sharing;
        this.groups = groups;
        this.problems = problems;
    }

    /** Whether a page could not be read, so that counts are too low. */
    boolean isDamaged() {
        return damaged;
    }

    /** Walks one image's map. */
    void image(TreeRoot root, ImageRecord image, ReferenceRecount recount) throws IOException {
        boolean before = damaged;
        damaged = false;
        String name = "image " + image.name();
        long mapped = 0;
        if (root.height < 0 || root.height > TreeShape.MAX_HEIGHT || (root.pointer == 0) != (root.height == 0)) {
            problems.problem(name, "map root: actual=" + root + " expected=both 0 or neither");
            damaged = true;
        } else if (root.pointer != 0) {
            mapped = walk(root.pointer, root.height - 1, recount);
        }
        if (!damaged && !image.deleting() && mapped != image.mappedBlocks()) {
            problems.problem(name, "mapped blocks: actual=" + image.mappedBlocks() + " expected=" + mapped);
        }
        damaged |= before;
    }

    private long walk(long pointer, int level, ReferenceRecount recount) throws IOException {
        long number = PagePointer.number(pointer);
        if (!walk.reach(number)) {
            extra.merge(number, 1L, Long::sum);
            if (walk.read(pointer, SHAPE, level) == null) {
                // By another pointer, or as if it were of another level.
                damaged = true;
                return 0;
            }
            return countMapped(pointer, level);
        }
        boolean before = damaged;
        damaged = false;
        long mapped = 0;
        Page page = walk.read(pointer, SHAPE, level);
        if (page == null) {
            damaged = true;
        } else if (level == 0) {
            recount.count(page);
            checkAddresses(page);
            mapped = page.used;
        } else {
            for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
                if (page.child(slot) != 0) {
                    mapped += walk(page.child(slot), level - 1, recount);
                }
            }
        }
        if (page == null || storedExtra(number) != 0) {
            mappedBelow.put(number, damaged ? UNKNOWN : mapped);
        }
        damaged |= before;
        return mapped;
    }

    /**
     * The mapped blocks below a page that was reached before. Each page is read once: if pages are said to be shared wrongly,
     * going down again and again might never end.
     */
    private long countMapped(long pointer, int level) throws IOException {
        long number = PagePointer.number(pointer);
        Long known = mappedBelow.get(number);
        if (known == null) {
            known = countChildren(pointer, level);
            mappedBelow.put(number, known);
        }
        damaged |= known == UNKNOWN;
        return known == UNKNOWN ? 0 : known;
    }

    private long countChildren(long pointer, int level) throws IOException {
        Page page = walk.read(pointer, SHAPE, level);
        if (page == null) {
            return UNKNOWN;
        }
        if (level == 0) {
            return page.used;
        }
        boolean before = damaged;
        damaged = false;
        long mapped = 0;
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            if (page.child(slot) != 0) {
                mapped += countMapped(page.child(slot), level - 1);
            }
        }
        long result = damaged ? UNKNOWN : mapped;
        damaged |= before;
        return result;
    }

    private long storedExtra(long number) throws IOException {
        try {
            return sharing.extra(number);
        } catch (CorruptionException e) {
            // The walk over the tree of shared pages reports it.
            return 0;
        }
    }

    private void checkAddresses(Page leaf) throws IOException {
        for (int index = 0; index < SHAPE.recordsPerLeaf; index++) {
            long address = Bytes.longAt(leaf.data, leaf.recordOffset(index));
            if (address == 0) {
                continue;
            }
            int group = BlockAddress.group(address);
            if (!BlockAddress.isValid(address) || BlockAddress.slot(address) >= slots(group)) {
                problems.problem(
                        "image map page " + leaf.number(),
                        "block address: actual=0x" + Long.toHexString(address) + " expected=a block of a group");
            }
        }
    }

    /** One above the highest slot that may be referenced. */
    private int slots(int group) throws IOException {
        if (group != knownGroup) {
            knownGroup = group;
            try {
                GroupInfo info = group < 1 || group > BlockAddress.MAX_GROUP ? null : groups.get(group);
                if (info == null || info.state() == GroupInfo.State.FREE) {
                    knownSlots = 0;
                } else {
                    knownSlots = info.state() == GroupInfo.State.OPEN ? BlockAddress.MAX_SLOTS : info.slots();
                }
            } catch (CorruptionException e) {
                // The walk over the directory reports it.
                knownSlots = BlockAddress.MAX_SLOTS;
            }
        }
        return knownSlots;
    }

    /** Counts block references of one image again, without checks. */
    void recount(TreeRoot root, ReferenceRecount recount, Set<Long> seen) throws IOException {
        if (root.pointer != 0) {
            recount(root.pointer, root.height - 1, recount, seen);
        }
    }

    private void recount(long pointer, int level, ReferenceRecount recount, Set<Long> seen) throws IOException {
        long number = PagePointer.number(pointer);
        if (extra.containsKey(number) && !seen.add(number)) {
            return;
        }
        Page page = walk.read(pointer, SHAPE, level);
        if (page == null) {
            return;
        }
        if (level == 0) {
            recount.count(page);
            return;
        }
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            if (page.child(slot) != 0) {
                recount(page.child(slot), level - 1, recount, seen);
            }
        }
    }

    /** Compares the references of pages with the stored ones, once all images were walked. */
    void checkSharing() throws IOException {
        Set<Long> stored = new HashSet<>();
        walk.walk(sharing.root(), TreeShape.SHARED_PAGES, (leaf, firstRecord) -> {
            for (int index = 0; index < TreeShape.SHARED_PAGES.recordsPerLeaf; index++) {
                long count = CountTree.get(leaf, index);
                if (count != 0) {
                    long number = firstRecord + index;
                    stored.add(number);
                    compare(number, count);
                }
            }
        });
        for (long number : extra.keySet()) {
            if (!stored.contains(number)) {
                compare(number, 0);
            }
        }
    }

    private void compare(long number, long actual) {
        long expected = extra.getOrDefault(number, 0L);
        if (actual != expected && !damaged) {
            problems.problem(
                    "image map page " + number, "extra references: actual=" + actual + " expected=" + expected);
        }
    }
}
