package io.github.livededup.engine.badinput;

import io.github.livededup.engine.fuzz.MemorySpecimen;
import io.github.livededup.engine.fuzz.MetadataPages;
import io.github.livededup.engine.fuzz.MetadataPages.Found;
import io.github.livededup.engine.fuzz.VolumeBytes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Damage to the fields of metadata pages: their headers, and the records of every kind of page. */
final class PageDamage {
    private static final String FILE = "metadata.dat";

    private PageDamage() {}

    static List<DamageCase> headers(MemorySpecimen specimen) {
        FieldDamage damage = new FieldDamage(false, specimen.closed);
        Set<String> seen = new HashSet<>();
        for (Found page : MetadataPages.of(specimen.closed)) {
            if (seen.add(page.name())) {
                damage.both(
                        "header of " + page.name(),
                        FILE,
                        page.position(),
                        volume -> volume.sealPage(page.number()),
                        Field.PAGE);
            }
        }
        return damage.cases();
    }

    static List<DamageCase> contents(MemorySpecimen specimen) {
        FieldDamage damage = new FieldDamage(false, specimen.closed);
        List<Found> pages = MetadataPages.of(specimen.closed);
        Found catalogue = MetadataPages.first(pages, MetadataPages.CATALOGUE, 0);
        for (int image = 1; image <= 3; image++) {
            sealed(
                    damage,
                    "catalogue record of " + new String[] {"", "an image", "a snapshot", "a clone"}[image],
                    catalogue.number(),
                    catalogue.position() + MetadataPages.HEADER + image * MetadataPages.CATALOGUE_RECORD,
                    Field.CATALOGUE);
        }
        group(damage, "record of a sealed group", GroupPlace.firstSealed(specimen.closed));
        group(damage, "record of a group with retired slots", GroupPlace.firstRetired(specimen.closed));
        group(damage, "record of an open group", GroupPlace.firstOpen(specimen.closed));
        for (int kind : new int[] {MetadataPages.MAP, MetadataPages.OPEN_TABLE}) {
            record(damage, specimen, pages, kind, 1, new Field("pointer", 0, 8), new Field("page number", 0, 5));
        }
        record(damage, specimen, pages, MetadataPages.SHARED, 0, new Field("count", 0, 4));
        record(damage, specimen, pages, MetadataPages.COUNTS, 0, new Field("count", 0, 4));
        record(damage, specimen, pages, MetadataPages.EXTERNAL, 0, new Field("count", 0, 4));
        record(
                damage,
                specimen,
                pages,
                MetadataPages.MAP,
                0,
                new Field("address", 0, 8),
                new Field("slot", 0, 3),
                new Field("group", 3, 3));
        record(damage, specimen, pages, MetadataPages.OPEN_TABLE, 0, Field.TABLE_ENTRY);
        record(
                damage,
                specimen,
                pages,
                MetadataPages.FREE_SPACE,
                0,
                new Field("next", 0, 8),
                new Field("bits", 8, 8),
                new Field("later bits", 1000, 8));
        record(
                damage,
                specimen,
                pages,
                MetadataPages.RETIRED,
                0,
                new Field("bits", 0, 8),
                new Field("later bits", 800, 8));
        return damage.cases();
    }

    private static void group(FieldDamage damage, String name, GroupPlace group) {
        sealed(damage, name, group.recordPage(), group.record(), Field.GROUP);
    }

    /** The first record of a page that is not zero. */
    private static void record(
            FieldDamage damage, MemorySpecimen specimen, List<Found> pages, int kind, int level, Field... fields) {
        Found page = MetadataPages.first(pages, kind, level);
        boolean isWhole = kind == MetadataPages.OPEN_TABLE || kind == MetadataPages.FREE_SPACE;
        int step = isWhole || kind == MetadataPages.RETIRED
                ? VolumeBytes.PAGE
                : level > 0 || kind == MetadataPages.MAP ? 8 : 4;
        long at = page.position() + MetadataPages.HEADER;
        while (step < VolumeBytes.PAGE && specimen.closed.buffer(FILE, at, 8).getInt() == 0) {
            at += step;
        }
        sealed(damage, "record of " + page.name(), page.number(), at, fields);
    }

    private static void sealed(FieldDamage damage, String structure, long page, long position, Field... fields) {
        damage.sealed(structure, FILE, position, volume -> volume.sealPage(page), fields);
    }
}
