package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ImportResult;
import io.github.livededup.examples.imageimport.console.Failure;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an import command tells at its end.
 *
 * @param directory the volume
 * @param volumeCreated whether this command created it
 * @param outcomes what became of each source
 * @param figures the volume's figures afterwards
 * @param elapsed the time of all imports together, which overlap
 */
record ImportReport(
        Path directory,
        boolean volumeCreated,
        List<ImportJob.Outcome> outcomes,
        VolumeFigures figures,
        Duration elapsed) {
    /** The results of the imports that went well. */
    List<ImportResult> imported() {
        return outcomes.stream()
                .map(ImportJob.Outcome::result)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The closing table, and lines about the volume and its index. */
    List<String> lines() {
        List<ImportResult> imported = imported();
        if (imported.isEmpty()) {
            return List.of();
        }
        Table table = new Table("image", "logical", "non-zero", "new", "duplicate", "stored", "time", "MB/s");
        imported.forEach(result -> addRow(table, result));
        if (imported.size() > 1) {
            table.rule();
            addRow(table, total());
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (total().rewrittenBlocks() > 0) {
            lines.add("rewritten: " + Sizes.format(bytes(total().rewrittenBlocks()))
                    + " of the new bytes were duplicates, stored anew to lie together");
        }
        lines.add("volume " + directory + ": " + figures.summary());
        lines.add(figures.indexSummary());
        return lines;
    }

    /** The same for programs. */
    Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("volumeCreated", volumeCreated);
        List<Map<String, @Nullable Object>> images = new ArrayList<>();
        List<Map<String, @Nullable Object>> failed = new ArrayList<>();
        for (ImportJob.Outcome outcome : outcomes) {
            if (outcome.result() != null) {
                Map<String, @Nullable Object> image = resultMap(outcome.result());
                image.put("file", outcome.source().file().toString());
                images.add(image);
            } else if (outcome.failure() != null) {
                Map<String, @Nullable Object> failure = new LinkedHashMap<>();
                failure.put("name", outcome.source().name());
                failure.put("file", outcome.source().file().toString());
                failure.put("error", Failure.of(outcome.failure()).toMap());
                failed.add(failure);
            }
        }
        map.put("images", images);
        map.put("failed", failed);
        map.put("total", resultMap(total()));
        map.put("figures", figures.toMap());
        return map;
    }

    private ImportResult total() {
        long logical = 0;
        long nonZero = 0;
        long fresh = 0;
        long duplicate = 0;
        long rewritten = 0;
        long stored = 0;
        for (ImportResult result : imported()) {
            logical += result.logicalBytes();
            nonZero += result.nonZeroBlocks();
            fresh += result.newBlocks();
            duplicate += result.duplicateBlocks();
            rewritten += result.rewrittenBlocks();
            stored += result.storedBytes();
        }
        return new ImportResult("total", logical, nonZero, fresh, duplicate, rewritten, stored, elapsed);
    }

    private void addRow(Table table, ImportResult result) {
        table.add(
                result.name(),
                Sizes.format(result.logicalBytes()),
                Sizes.format(bytes(result.nonZeroBlocks())),
                Sizes.format(bytes(result.newBlocks())),
                Sizes.format(bytes(result.duplicateBlocks())),
                Sizes.format(result.storedBytes()),
                Sizes.time(result.elapsed()),
                Sizes.megabytesPerSecond(bytes(result.nonZeroBlocks()), result.elapsed()));
    }

    private Map<String, @Nullable Object> resultMap(ImportResult result) {
        return resultMap(result, figures.blockSizeBytes());
    }

    /** An import's figures, for programs. */
    static Map<String, @Nullable Object> resultMap(ImportResult result, long blockSizeBytes) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", result.name());
        map.put("logicalBytes", result.logicalBytes());
        map.put("nonZeroBytes", result.nonZeroBlocks() * blockSizeBytes);
        map.put("newBytes", result.newBlocks() * blockSizeBytes);
        map.put("duplicateBytes", result.duplicateBlocks() * blockSizeBytes);
        map.put("rewrittenBytes", result.rewrittenBlocks() * blockSizeBytes);
        map.put("storedBytes", result.storedBytes());
        map.put("seconds", result.elapsed().toNanos() / 1e9);
        return map;
    }

    private long bytes(long blocks) {
        return blocks * figures.blockSizeBytes();
    }
}
