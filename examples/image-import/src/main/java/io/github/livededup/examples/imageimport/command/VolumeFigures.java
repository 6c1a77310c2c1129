package io.github.livededup.examples.imageimport.command;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.ImageInfo;
import io.github.livededup.IndexStatistics;
import io.github.livededup.Volume;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A volume's figures at a moment, as text and as JSON.
 *
 * @param directory the volume
 * @param blockSizeBytes its block size
 * @param fingerprint its fingerprint algorithm
 * @param snapshots how many of its images are snapshots
 * @param statistics the figures
 */
record VolumeFigures(
        Path directory,
        int blockSizeBytes,
        FingerprintAlgorithm fingerprint,
        long snapshots,
        VolumeStatistics statistics) {
    /** The figures of an open volume now. */
    static VolumeFigures of(Volume volume) throws IOException {
        return new VolumeFigures(
                volume.directory(),
                volume.blockSizeBytes(),
                volume.fingerprintAlgorithm(),
                volume.images().list().stream().filter(ImageInfo::isSnapshot).count(),
                volume.statistics());
    }

    /** One line: what is kept, and what that saves. */
    String summary() {
        return statistics.images() + (statistics.images() == 1 ? " image, " : " images, ")
                + Sizes.format(statistics.nonZeroBytes()) + " non-zero, "
                + Sizes.format(statistics.storedBytes()) + " stored; saved " + Sizes.percent(totalSaving())
                + " (dedup " + Sizes.percent(deduplicationSaving())
                + ", with compression " + Sizes.percent(totalSaving()) + ")";
    }

    /** One line: how duplicates were found since the volume was opened. */
    String indexSummary() {
        IndexStatistics index = statistics.index();
        long hits = index.neighbourHits() + index.residentHits() + index.prefetchedHits();
        String line = "index " + EnumNames.of(index.backend()) + ": " + hits + " duplicates found";
        return hits == 0
                ? line
                : line + ", " + share(index.neighbourHits(), hits) + " next to the last one, "
                        + share(index.residentHits(), hits) + " in memory, "
                        + share(index.prefetchedHits(), hits) + " prefetched";
    }

    private static String share(long part, long whole) {
        return Sizes.percent((double) part / whole);
    }

    /** The share of non-zero bytes that deduplication alone saves. */
    double deduplicationSaving() {
        return Sizes.saving(statistics.nonZeroBytes(), statistics.uniqueBytes());
    }

    /** The share of non-zero bytes that deduplication and compression save together. */
    double totalSaving() {
        return Sizes.saving(statistics.nonZeroBytes(), statistics.storedBytes());
    }

    /** Everything, for people. */
    List<String> lines() {
        IndexStatistics index = statistics.index();
        return new Table("volume", directory.toString())
                .add("block size", Sizes.binary(blockSizeBytes))
                .add("fingerprint", EnumNames.of(fingerprint))
                .add("images", Integer.toString(statistics.images()))
                .add("of them snapshots", Long.toString(snapshots))
                .add("logical", Sizes.format(statistics.logicalBytes()))
                .add("non-zero", Sizes.format(statistics.nonZeroBytes()))
                .add("unique", Sizes.format(statistics.uniqueBytes()))
                .add("unique blocks", Long.toString(statistics.uniqueBlocks()))
                .add("stored", Sizes.format(statistics.storedBytes()))
                .add("dead", Sizes.format(statistics.deadBytes()))
                .add("saved by dedup", Sizes.percent(deduplicationSaving()))
                .add("saved in all", Sizes.percent(totalSaving()))
                .rule()
                .add("on disk", Sizes.format(statistics.physicalBytes()))
                .add("free", Sizes.format(statistics.freeBytes()))
                .add("block groups", Integer.toString(statistics.blockGroups()))
                .add("metadata on disk", Sizes.format(statistics.metadataBytes()))
                .add("index on disk", Sizes.format(statistics.indexBytes()))
                .add("journal on disk", Sizes.format(statistics.journalBytes()))
                .add("filter in memory", Sizes.format(statistics.filterBytes()))
                .add("index backend", EnumNames.of(index.backend()))
                .lines();
    }

    /** Everything, for programs. */
    Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("blockSize", blockSizeBytes);
        map.put("fingerprint", EnumNames.of(fingerprint));
        map.put("images", statistics.images());
        map.put("snapshots", snapshots);
        map.put("logicalBytes", statistics.logicalBytes());
        map.put("nonZeroBytes", statistics.nonZeroBytes());
        map.put("uniqueBlocks", statistics.uniqueBlocks());
        map.put("uniqueBytes", statistics.uniqueBytes());
        map.put("storedBytes", statistics.storedBytes());
        map.put("deadBytes", statistics.deadBytes());
        map.put("physicalBytes", statistics.physicalBytes());
        map.put("freeBytes", statistics.freeBytes());
        map.put("unflushedBytes", statistics.unflushedBytes());
        map.put("reclaimedBytes", statistics.reclaimedBytes());
        map.put("healedBlocks", statistics.healedBlocks());
        map.put("metadataBytes", statistics.metadataBytes());
        map.put("indexBytes", statistics.indexBytes());
        map.put("journalBytes", statistics.journalBytes());
        map.put("filterBytes", statistics.filterBytes());
        map.put("blockGroups", statistics.blockGroups());
        map.put("commits", statistics.commits());
        map.put("checkpoints", statistics.checkpoints());
        map.put("deduplicationSaving", deduplicationSaving());
        map.put("totalSaving", totalSaving());
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
