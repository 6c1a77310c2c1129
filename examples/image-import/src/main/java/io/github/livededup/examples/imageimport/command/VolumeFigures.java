package io.github.livededup.examples.imageimport.command;

import io.github.livededup.IndexStatistics;
import io.github.livededup.Volume;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A volume's figures as text and as JSON. */
final class VolumeFigures {
    private VolumeFigures() {}

    /** One line: what is kept, and what that saves. */
    static String summary(VolumeStatistics statistics) {
        return statistics.images() + (statistics.images() == 1 ? " image, " : " images, ")
                + Sizes.format(statistics.nonZeroBytes()) + " non-zero, "
                + Sizes.format(statistics.storedBytes()) + " stored; saved " + savings(statistics);
    }

    /** The savings alone. */
    static String savings(VolumeStatistics statistics) {
        return Sizes.percent(totalSaving(statistics)) + " (dedup " + Sizes.percent(deduplicationSaving(statistics))
                + ", with compression " + Sizes.percent(totalSaving(statistics)) + ")";
    }

    /** The share of non-zero bytes that deduplication alone saves. */
    static double deduplicationSaving(VolumeStatistics statistics) {
        return Sizes.saving(statistics.nonZeroBytes(), statistics.uniqueBytes());
    }

    /** The share of non-zero bytes that deduplication and compression save together. */
    static double totalSaving(VolumeStatistics statistics) {
        return Sizes.saving(statistics.nonZeroBytes(), statistics.storedBytes());
    }

    /** Everything, for people. */
    static List<String> lines(Volume volume, VolumeStatistics statistics) {
        IndexStatistics index = statistics.index();
        return new Table("volume", volume.directory().toString())
                .add("block size", Sizes.binary(volume.blockSizeBytes()))
                .add("fingerprint", EnumNames.of(volume.fingerprintAlgorithm()))
                .add("images", Integer.toString(statistics.images()))
                .add("logical", Sizes.format(statistics.logicalBytes()))
                .add("non-zero", Sizes.format(statistics.nonZeroBytes()))
                .add("unique", Sizes.format(statistics.uniqueBytes()))
                .add("unique blocks", Long.toString(statistics.uniqueBlocks()))
                .add("stored", Sizes.format(statistics.storedBytes()))
                .add("dead", Sizes.format(statistics.deadBytes()))
                .add("saved by dedup", Sizes.percent(deduplicationSaving(statistics)))
                .add("saved in all", Sizes.percent(totalSaving(statistics)))
                .rule()
                .add("block groups", Integer.toString(statistics.blockGroups()))
                .add("metadata on disk", Sizes.format(statistics.metadataBytes()))
                .add("index on disk", Sizes.format(statistics.indexBytes()))
                .add("journal on disk", Sizes.format(statistics.journalBytes()))
                .add("filter in memory", Sizes.format(statistics.filterBytes()))
                .add("index backend", EnumNames.of(index.backend()))
                .lines();
    }

    /** Everything, for programs. */
    static Map<String, @Nullable Object> toMap(Volume volume, VolumeStatistics statistics) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", volume.directory().toString());
        map.put("blockSize", volume.blockSizeBytes());
        map.put("fingerprint", EnumNames.of(volume.fingerprintAlgorithm()));
        map.put("images", statistics.images());
        map.put("logicalBytes", statistics.logicalBytes());
        map.put("nonZeroBytes", statistics.nonZeroBytes());
        map.put("uniqueBlocks", statistics.uniqueBlocks());
        map.put("uniqueBytes", statistics.uniqueBytes());
        map.put("storedBytes", statistics.storedBytes());
        map.put("deadBytes", statistics.deadBytes());
        map.put("metadataBytes", statistics.metadataBytes());
        map.put("indexBytes", statistics.indexBytes());
        map.put("journalBytes", statistics.journalBytes());
        map.put("filterBytes", statistics.filterBytes());
        map.put("blockGroups", statistics.blockGroups());
        map.put("commits", statistics.commits());
        map.put("checkpoints", statistics.checkpoints());
        map.put("deduplicationSaving", deduplicationSaving(statistics));
        map.put("totalSaving", totalSaving(statistics));
        map.put("indexBackend", EnumNames.of(statistics.index().backend()));
        map.put("index", indexMap(statistics.index()));
        return map;
    }

    private static Map<String, @Nullable Object> indexMap(IndexStatistics index) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("neighbourHits", index.neighbourHits());
        map.put("residentHits", index.residentHits());
        map.put("prefetchedHits", index.prefetchedHits());
        map.put("misses", index.misses());
        map.put("falseCandidates", index.falseCandidates());
        map.put("partitionsOpened", index.partitionsOpened());
        map.put("partitionsRebuilt", index.partitionsRebuilt());
        map.put("partitionsResident", index.partitionsResident());
        map.put("filterEntries", index.filterEntries());
        return map;
    }
}
