package io.github.livededup.engine.badinput;

import io.github.livededup.engine.fuzz.JournalFrames;
import io.github.livededup.engine.fuzz.JournalFrames.FoundFrame;
import io.github.livededup.engine.fuzz.JournalFrames.FoundRecord;
import io.github.livededup.engine.fuzz.MemorySpecimen;
import io.github.livededup.engine.fuzz.VolumeBytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Damage to the fields of the superblock, of the journal, of block groups and of the index. */
final class StructureDamage {
    private StructureDamage() {}

    static List<DamageCase> superblock(MemorySpecimen specimen) {
        List<DamageCase> cases = new ArrayList<>();
        for (boolean isCrashed : new boolean[] {false, true}) {
            VolumeBytes original = isCrashed ? specimen.crashed : specimen.closed;
            FieldDamage damage = new FieldDamage(isCrashed, original);
            long slot = original.slotInForce();
            long other = VolumeBytes.SLOT_DISTANCE - slot;
            damage.both(
                    "superblock in force",
                    "superblock",
                    slot,
                    volume -> volume.sealSlot("superblock", slot),
                    Field.SUPERBLOCK);
            damage.plain("other superblock", "superblock", other, Field.SUPERBLOCK);
            cases.addAll(damage.cases());
        }
        return cases;
    }

    static List<DamageCase> segments(MemorySpecimen specimen) {
        List<DamageCase> cases = new ArrayList<>();
        for (boolean isCrashed : new boolean[] {false, true}) {
            FieldDamage damage = new FieldDamage(isCrashed, isCrashed ? specimen.crashed : specimen.closed);
            String file = "journal/000000.log";
            damage.both("segment header", file, 0, volume -> volume.sealSlot(file, 0), Field.SEGMENT);
            cases.addAll(damage.cases());
        }
        return cases;
    }

    static List<DamageCase> frames(MemorySpecimen specimen) {
        FieldDamage damage = new FieldDamage(true, specimen.crashed);
        List<FoundFrame> frames = JournalFrames.of(specimen.crashed);
        for (int i : new int[] {0, frames.size() / 2, frames.size() - 1}) {
            FoundFrame frame = frames.get(i);
            String name = i == 0 ? "first frame" : i == frames.size() - 1 ? "last frame" : "frame between";
            damage.both(
                    name,
                    frame.file(),
                    frame.position(),
                    volume -> volume.sealFrame(frame.file(), frame.position()),
                    Field.FRAME);
        }
        return damage.cases();
    }

    /** The first record of each type. */
    static List<DamageCase> records(MemorySpecimen specimen) {
        FieldDamage damage = new FieldDamage(true, specimen.crashed);
        List<FoundFrame> frames = JournalFrames.of(specimen.crashed);
        Set<Integer> seen = new HashSet<>();
        for (FoundFrame frame : frames) {
            for (FoundRecord record : frame.records()) {
                if (seen.add(record.type())) {
                    damage.sealed(
                            "record of type " + record.type(),
                            frame.file(),
                            record.position(),
                            volume -> volume.sealFrame(frame.file(), frame.position()),
                            Field.ofRecord(record.type()));
                }
            }
        }
        return damage.cases();
    }

    static List<DamageCase> groups(MemorySpecimen specimen) {
        FieldDamage damage = new FieldDamage(false, specimen.closed);
        GroupPlace group = GroupPlace.firstSealed(specimen.closed);
        String file = "blocks.dat";
        damage.both(
                "group header",
                file,
                group.start(),
                volume -> volume.sealBehind(file, group.start(), 60),
                Field.GROUP_HEADER);
        damage.both(
                "group footer",
                file,
                group.footer(),
                volume -> volume.sealBehind(file, group.footer(), 60),
                Field.GROUP_FOOTER);
        for (int slot : new int[] {0, group.slots() / 2, group.slots() - 1}) {
            String name = "table entry " + (slot == 0 ? "first" : slot == group.slots() - 1 ? "last" : "middle");
            int index = slot;
            long entry = group.entry(slot);
            damage.plain(name, file, entry, Field.TABLE_ENTRY);
            damage.sealed(
                    name + ", its own checksum",
                    file,
                    entry,
                    volume -> group.sealEntry(volume, index),
                    Field.TABLE_ENTRY);
            damage.sealed(
                    name + ", all checksums",
                    file,
                    entry,
                    volume -> {
                        group.sealEntry(volume, index);
                        group.sealTable(volume);
                    },
                    Field.TABLE_ENTRY);
            damage.plain(
                    "stored block " + (slot == 0 ? "first" : slot == group.slots() - 1 ? "last" : "middle"),
                    file,
                    group.block(specimen.closed, slot),
                    new Field("first bytes", 0, 8));
        }
        GroupPlace open = GroupPlace.firstOpen(specimen.closed);
        damage.both(
                "header of an open group",
                file,
                open.start(),
                volume -> volume.sealBehind(file, open.start(), 60),
                Field.GROUP_HEADER);
        return damage.cases();
    }

    static List<DamageCase> index(MemorySpecimen specimen) {
        FieldDamage damage = new FieldDamage(false, specimen.closed);
        String marker = "index/CLEAN";
        int length = Math.toIntExact(specimen.closed.size(marker)) - 4;
        damage.both("index marker", marker, 0, volume -> volume.sealBehind(marker, 0, length), Field.INDEX_MARKER);
        String filter = "index/filter";
        damage.both("filter snapshot", filter, 0, volume -> volume.sealBehind(filter, 0, 60), Field.FILTER);
        damage.both("filter segment", filter, 64, volume -> volume.sealBehind(filter, 64, 28), Field.FILTER_SEGMENT);
        damage.plain("filter cells", filter, 96, new Field("first cells", 0, 8));
        return damage.cases();
    }
}
