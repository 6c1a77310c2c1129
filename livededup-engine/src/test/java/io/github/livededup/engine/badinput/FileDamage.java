package io.github.livededup.engine.badinput;

import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.fuzz.MemorySpecimen;
import io.github.livededup.engine.fuzz.MetadataPages;
import io.github.livededup.engine.fuzz.MetadataPages.Found;
import io.github.livededup.engine.fuzz.VolumeBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Damage to whole files, pages, segments and regions: cut, extended, swapped, taken from elsewhere. */
final class FileDamage {
    private static final int PAGE = VolumeBytes.PAGE;
    private static final int REGION = 1 << 20;

    private final boolean isCrashed;
    private final List<DamageCase> cases = new ArrayList<>();

    private FileDamage(boolean isCrashed) {
        this.isCrashed = isCrashed;
    }

    static List<DamageCase> of(MemorySpecimen specimen) {
        List<DamageCase> cases = new ArrayList<>();
        for (boolean isCrashed : new boolean[] {false, true}) {
            FileDamage damage = new FileDamage(isCrashed);
            VolumeBytes original = isCrashed ? specimen.crashed : specimen.closed;
            original.names().forEach(name -> damage.sizes(name, original.size(name)));
            damage.exchanges("stale", specimen.stale, original);
            damage.exchanges("foreign", specimen.foreign, original);
            damage.swaps(original);
            damage.pages("stale", specimen.stale, original);
            damage.pages("foreign", specimen.foreign, original);
            cases.addAll(damage.cases);
        }
        return cases;
    }

    private void add(String what, String how, Consumer<VolumeBytes> damage) {
        cases.add(new DamageCase(what, how, isCrashed, false, damage));
    }

    private void sizes(String name, long size) {
        String what = "file " + name;
        add(what, "deleted", volume -> volume.delete(name));
        resize(what, "empty", name, bytes -> 0L);
        resize(what, "one byte", name, bytes -> 1L);
        resize(what, "half", name, bytes -> bytes / 2);
        resize(what, "less a page", name, bytes -> Math.max(0, bytes - PAGE));
        resize(what, "less a byte", name, bytes -> bytes - 1);
        resize(what, "a zero more", name, bytes -> bytes + 1);
        resize(what, "much longer", name, bytes -> bytes + (1L << 40));
        add(what, "garbage behind", volume -> volume.write(name, size, TestData.random(3 * PAGE, 1)));
        add(what, "all zeros", volume -> volume.write(name, 0, new byte[(int) size]));
        add(what, "all ones", volume -> {
            byte[] ones = new byte[(int) size];
            Arrays.fill(ones, (byte) -1);
            volume.write(name, 0, ones);
        });
        add(what, "garbage", volume -> volume.write(name, 0, TestData.random((int) size, 2)));
    }

    private void resize(String what, String how, String name, Function<Long, Long> size) {
        add(what, how, volume -> volume.resize(name, size.apply(volume.size(name))));
    }

    /** Whole files of an earlier state of this volume, or of another one. */
    private void exchanges(String whose, VolumeBytes other, VolumeBytes original) {
        for (String name : other.names()) {
            if (original.names().contains(name)) {
                add(whose + " file", name, volume -> volume.exchange(name, other));
            }
        }
        add(whose + " file", "all of the journal", volume -> {
            for (int i = 0; i < 4; i++) {
                volume.exchange("journal/00000" + i + ".log", other);
            }
        });
        for (int region = 0; region < 3; region++) {
            long at = (long) region * REGION;
            add(
                    whose + " region",
                    "region " + region,
                    volume -> volume.write("blocks.dat", at, other.read("blocks.dat", at, REGION)));
        }
    }

    private void swaps(VolumeBytes original) {
        add("superblock slots", "swapped", volume -> swap(volume, "superblock", 0, "superblock", 65_536, PAGE));
        add("superblock slots", "both the one in force", volume -> copySlot(volume, volume.slotInForce()));
        add("superblock slots", "both the other", volume -> copySlot(volume, 65_536 - volume.slotInForce()));
        for (int i = 1; i < 4; i++) {
            String other = "journal/00000" + i + ".log";
            add(
                    "segments",
                    "0 and " + i + " swapped",
                    volume -> swap(volume, "journal/000000.log", 0, other, 0, 1 << 20));
            add(
                    "segments",
                    "0 also as " + i,
                    volume -> volume.write(other, 0, volume.read("journal/000000.log", 0, 1 << 20)));
        }
        add("regions", "0 and 1 swapped", volume -> swap(volume, "blocks.dat", 0, "blocks.dat", REGION, REGION));
        add(
                "regions",
                "0 also as 1",
                volume -> volume.write("blocks.dat", REGION, volume.read("blocks.dat", 0, REGION)));
        List<Found> pages = MetadataPages.of(original);
        for (int kind : new int[] {MetadataPages.MAP, MetadataPages.COUNTS, MetadataPages.OPEN_TABLE}) {
            List<Found> same = pages.stream()
                    .filter(page -> page.kind() == kind && page.level() == 0)
                    .toList();
            long one = same.get(0).position();
            long two = same.get(same.size() - 1).position();
            add(
                    "two pages swapped",
                    same.get(0).name(),
                    volume -> swap(volume, "metadata.dat", one, "metadata.dat", two, PAGE));
        }
    }

    private static void copySlot(VolumeBytes volume, long from) {
        volume.write("superblock", 65_536 - from, volume.read("superblock", from, PAGE));
    }

    private static void swap(VolumeBytes volume, String one, long at, String other, long otherAt, int length) {
        byte[] kept = volume.read(one, at, length);
        volume.write(one, at, volume.read(other, otherAt, length));
        volume.write(other, otherAt, kept);
    }

    /** Single pages from elsewhere, wherever the other's page differs. */
    private void pages(String whose, VolumeBytes other, VolumeBytes original) {
        List<String> seen = new ArrayList<>();
        for (Found page : MetadataPages.of(original)) {
            byte[] bytes = other.read("metadata.dat", page.position(), PAGE);
            boolean isDifferent = !Arrays.equals(bytes, original.read("metadata.dat", page.position(), PAGE));
            if (isDifferent && !seen.contains(page.name())) {
                seen.add(page.name());
                add(whose + " page", page.name(), volume -> volume.write("metadata.dat", page.position(), bytes));
            }
        }
    }
}
