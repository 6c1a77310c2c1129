package io.github.livededup.engine.badinput;

import io.github.livededup.engine.fuzz.MemorySpecimen;
import io.github.livededup.engine.fuzz.MetadataPages;
import io.github.livededup.engine.fuzz.MetadataPages.Found;
import io.github.livededup.engine.fuzz.VolumeBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Trees that are none, with right checksums: pages that lead to themselves, to their parent, all to one child; trees so
 * high that all to one child means 508 to the fifth pages; trees that share pages without a count; chains in a circle.
 */
final class TreeDamage {
    private static final String FILE = "metadata.dat";
    private static final int PAGE = VolumeBytes.PAGE;
    private static final int TALLEST = 7;
    private static final int HEADER = MetadataPages.HEADER;

    private final VolumeBytes original;
    private final List<Found> pages;
    private final long catalogueLeaf;
    private final long groupsLeaf;
    private final List<DamageCase> cases = new ArrayList<>();

    private TreeDamage(VolumeBytes original) {
        this.original = original;
        pages = MetadataPages.of(original);
        catalogueLeaf = first(MetadataPages.CATALOGUE, 0).number();
        groupsLeaf = first(MetadataPages.GROUPS, 0).number();
    }

    static List<DamageCase> of(MemorySpecimen specimen) {
        TreeDamage damage = new TreeDamage(specimen.closed);
        damage.children();
        damage.roots();
        damage.records();
        damage.freeSpace();
        return damage.cases;
    }

    private Found first(int kind, int level) {
        return MetadataPages.first(pages, kind, level);
    }

    private void add(String what, String how, Consumer<VolumeBytes> damage) {
        cases.add(new DamageCase(what, how, false, true, damage));
    }

    /** A pointer to a page as it is: its number and generation. */
    private long pointer(long number) {
        long generation = original.buffer(FILE, number * PAGE, PAGE).getLong(16);
        return number | generation << 40;
    }

    private void children() {
        for (int kind : new int[] {MetadataPages.MAP, MetadataPages.OPEN_TABLE}) {
            Found inner = first(kind, 1);
            long leaf = original.buffer(FILE, inner.position() + HEADER, 8).getLong();
            child(inner, "leads to itself", (slot, volume) -> slot == 0 ? pointer(inner.number()) : -1);
            child(inner, "leads to a page of another kind", (slot, volume) -> slot == 0 ? pointer(catalogueLeaf) : -1);
            child(inner, "leads to the file header", (slot, volume) -> slot == 0 ? pointer(0) | 1L << 40 : -1);
            child(inner, "leads beyond the file", (slot, volume) -> slot == 0 ? 1L << 39 : -1);
            child(inner, "twice to one leaf", (slot, volume) -> slot <= 1 ? leaf : -1);
            child(inner, "always to one leaf", (slot, volume) -> leaf);
            child(inner, "leads nowhere", (slot, volume) -> 0);
        }
    }

    /** What a slot of an inner page is to hold; -1 leaves it. */
    private interface Child {
        long of(int slot, VolumeBytes volume);
    }

    private void child(Found inner, String how, Child child) {
        add("inner " + inner.name(), how, volume -> {
            ByteBuffer page = volume.buffer(FILE, inner.position(), PAGE);
            for (int slot = 0; slot < MetadataPages.FAN_OUT; slot++) {
                long pointer = child.of(slot, volume);
                if (pointer != -1) {
                    page.putLong(HEADER + slot * 8, pointer);
                }
            }
            putUsed(page);
            volume.write(FILE, inner.position(), page.array());
            volume.sealPage(inner.number());
        });
    }

    /** Counts the records of a page of pointers anew. */
    private static void putUsed(ByteBuffer page) {
        int used = 0;
        for (int slot = 0; slot < MetadataPages.FAN_OUT; slot++) {
            used += page.getLong(HEADER + slot * 8) != 0 ? 1 : 0;
        }
        page.putLong(24, page.getLong(24) & ~(0xFFFL << 40) | (long) used << 40);
    }

    /** Every root, led to a tall tree of one page a level, and to pages that are in use elsewhere. */
    private void roots() {
        root("catalogue", MetadataPages.CATALOGUE, superblock(96, 104));
        root("group directory", MetadataPages.GROUPS, superblock(112, 120));
        root("shared pages", MetadataPages.SHARED, superblock(128, 136));
        long image = catalogueLeaf * PAGE + HEADER + MetadataPages.CATALOGUE_RECORD;
        root("image map", MetadataPages.MAP, inPage(catalogueLeaf, image + 8, image + 2));
        long sealed = GroupPlace.firstSealed(original).record();
        root("reference counts", MetadataPages.COUNTS, inPage(groupsLeaf, sealed + 48, sealed + 1));
        root("external counts", MetadataPages.EXTERNAL, inPage(groupsLeaf, sealed + 56, sealed + 2));
        long open = GroupPlace.firstOpen(original).record();
        root("open table", MetadataPages.OPEN_TABLE, inPage(groupsLeaf, open + 64, open + 3));
        long retired = GroupPlace.firstRetired(original).record();
        root("retired slots", MetadataPages.RETIRED, inPage(groupsLeaf, retired + 80, retired + 88));
    }

    /** Puts a pointer and a height where a tree's root is. */
    private interface Root {
        void put(VolumeBytes volume, long pointer, int height);
    }

    private static Root superblock(int pointerAt, int heightAt) {
        return (volume, pointer, height) -> {
            long slot = volume.slotInForce();
            volume.write("superblock", slot + pointerAt, eight(pointer));
            volume.write("superblock", slot + heightAt, new byte[] {(byte) height});
            volume.sealSlot("superblock", slot);
        };
    }

    private static Root inPage(long page, long pointerAt, long heightAt) {
        return (volume, pointer, height) -> {
            volume.write(FILE, pointerAt, eight(pointer));
            volume.write(FILE, heightAt, new byte[] {(byte) height});
            volume.sealPage(page);
        };
    }

    private static byte[] eight(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private void root(String tree, int kind, Root root) {
        String what = "root of " + tree;
        Found leaf = first(kind, 0);
        add(what, "of no height", volume -> root.put(volume, pointer(leaf.number()), 0));
        add(what, "of a great height", volume -> root.put(volume, pointer(leaf.number()), 255));
        add(what, "higher than it is", volume -> root.put(volume, pointer(leaf.number()), 2));
        add(what, "the file header", volume -> root.put(volume, 1L << 40, 1));
        add(what, "nothing", volume -> root.put(volume, 0, 0));
        add(
                what,
                "another tree's page",
                volume -> root.put(
                        volume,
                        pointer(
                                kind == MetadataPages.MAP
                                        ? groupsLeaf
                                        : first(MetadataPages.MAP, 0).number()),
                        1));
        add(what, "a tall tree of one leaf", volume -> root.put(volume, tall(volume, leaf, 1), TALLEST));
        add(
                what,
                "a tall tree, always to one child",
                volume -> root.put(volume, tall(volume, leaf, MetadataPages.FAN_OUT), TALLEST));
    }

    /** Adds pages of levels 1 to 6 behind the file, each leading so many times to the one before; returns the top's pointer. */
    private long tall(VolumeBytes volume, Found leaf, int times) {
        long below = pointer(leaf.number());
        ByteBuffer superblock = volume.superblock();
        long generation = superblock.getLong(32);
        long number = volume.size(FILE) / PAGE;
        for (int level = 1; level < TALLEST; level++) {
            ByteBuffer page = volume.buffer(FILE, leaf.position(), PAGE);
            page.put(7, (byte) level);
            page.putLong(16, generation);
            page.putLong(24, number | (long) times << 40 | 8L << 52);
            for (int slot = 0; slot < MetadataPages.FAN_OUT; slot++) {
                page.putLong(HEADER + slot * 8, slot < times ? below : 0);
            }
            volume.write(FILE, number * PAGE, page.array());
            volume.sealPage(number);
            below = number | generation << 40;
            number++;
        }
        return below;
    }

    /** Records that contradict each other. */
    private void records() {
        long image = catalogueLeaf * PAGE + HEADER + MetadataPages.CATALOGUE_RECORD;
        int next = MetadataPages.CATALOGUE_RECORD;
        copy("catalogue", "two images of one name", catalogueLeaf, image + 48, image + next + 48, 255);
        copy("catalogue", "two images in all alike", catalogueLeaf, image, image + next, next);
        copy("catalogue", "an image in a free record's place", catalogueLeaf, image, image + 5L * next, next);
        set("catalogue", "an image from itself", catalogueLeaf, image + 4, 1, 0, 0, 0);
        set("catalogue", "an image from one that is not there", catalogueLeaf, image + 4, -1, -1, -1, 127);
        set("catalogue", "a name that is no UTF-8", catalogueLeaf, image + 48, 0xC0);
        set("catalogue", "a name of no bytes", catalogueLeaf, image + 3, 0);
        set("catalogue", "a huge image", catalogueLeaf, image + 16, -1, -1, -1, -1, -1, -1, -1, 127);
        set("catalogue", "an image of a negative size", catalogueLeaf, image + 16, -1, -1, -1, -1, -1, -1, -1, -1);
        set("catalogue", "an image that is shorter than its map", catalogueLeaf, image + 16, 1, 0, 0, 0, 0, 0, 0, 0);
        set("catalogue", "an image that is being deleted", catalogueLeaf, image + 1, 2);
        set("catalogue", "an image that is hidden", catalogueLeaf, image, 2);
        long group = GroupPlace.firstSealed(original).record();
        long other = GroupPlace.firstRetired(original).record();
        copy("group directory", "two groups in one region", groupsLeaf, group + 4, other + 4, 4);
        copy("group directory", "two groups with one tree of counts", groupsLeaf, group + 48, other + 48, 8);
        copy("group directory", "two groups in all alike", groupsLeaf, group, other, 96);
        set("group directory", "a group of all slots", groupsLeaf, group + 8, 0, 0, 0, 1);
        set("group directory", "a group of negative slots", groupsLeaf, group + 8, 0, 0, 0, -1);
        set("group directory", "a group without a slot", groupsLeaf, group + 8, 0, 0, 0, 0);
        set("group directory", "a group in the last region", groupsLeaf, group + 4, -1, -1, -1, 0);
        set("group directory", "a sealed group said to be open", groupsLeaf, group, 1);
        set(
                "group directory",
                "an open group said to be sealed",
                groupsLeaf,
                GroupPlace.firstOpen(original).record(),
                2);
        set("group directory", "a group taken out", groupsLeaf, group, 0);
        Found map = first(MetadataPages.MAP, 0);
        set("image map", "a group that is not there", map.number(), map.position() + HEADER, 0, 0, 0, -1, -1, -1, 0, 0);
        set("image map", "a slot that is not there", map.number(), map.position() + HEADER, -1, -1, -1, 1, 0, 0, 0, 0);
        set("image map", "no address", map.number(), map.position() + HEADER, 0, 0, 0, 1, 0, 0, 1, 0);
        set("image map", "a negative address", map.number(), map.position() + HEADER, 0, 0, 0, 1, 0, 0, 0, 128);
        set("image map", "a block of group 0", map.number(), map.position() + HEADER, 7, 0, 0, 0, 0, 0, 0, 0);
        set("image map", "another block", map.number(), map.position() + HEADER, 9, 0, 0, 1, 0, 0, 0, 0);
    }

    private void copy(String what, String how, long page, long from, long to, int length) {
        add(what, how, volume -> {
            volume.write(FILE, to, volume.read(FILE, from, length));
            volume.sealPage(page);
        });
    }

    private void set(String what, String how, long page, long at, int... bytes) {
        add(what, how, volume -> {
            byte[] set = new byte[bytes.length];
            for (int i = 0; i < set.length; i++) {
                set[i] = (byte) bytes[i];
            }
            volume.write(FILE, at, set);
            volume.sealPage(page);
        });
    }

    private void freeSpace() {
        Found page = first(MetadataPages.FREE_SPACE, 0);
        BiConsumer<String, Consumer<ByteBuffer>> change = (how, edit) -> add("free space", how, volume -> {
            ByteBuffer bytes = volume.buffer(FILE, page.position(), PAGE);
            edit.accept(bytes);
            volume.write(FILE, page.position(), bytes.array());
            volume.sealPage(page.number());
        });
        change.accept("a circle", bytes -> bytes.putLong(HEADER, pointer(page.number())));
        change.accept("goes on with another kind of page", bytes -> bytes.putLong(HEADER, pointer(catalogueLeaf)));
        change.accept("all in use", bytes -> {
            for (int at = HEADER + 8; at < PAGE; at++) {
                bytes.put(at, (byte) -1);
            }
        });
        change.accept("all free", bytes -> {
            for (int at = HEADER + 8; at < PAGE; at++) {
                bytes.put(at, (byte) 0);
            }
        });
        change.accept(
                "one free that is in use",
                bytes -> bytes.put(HEADER + 8 + (int) (catalogueLeaf / 8), (byte)
                        (bytes.get(HEADER + 8 + (int) (catalogueLeaf / 8)) & ~(1 << catalogueLeaf % 8))));
        change.accept(
                "itself free",
                bytes -> bytes.put(HEADER + 8 + (int) (page.number() / 8), (byte)
                        (bytes.get(HEADER + 8 + (int) (page.number() / 8)) & ~(1 << page.number() % 8))));
    }
}
