package io.github.livededup.examples.imageimport.command;

import io.github.livededup.VerifyReport;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the demonstration showed.
 *
 * @param comparisons what became of each image
 * @param figures the volume's figures after the import
 * @param verified what the verification found
 */
record DemoReport(List<Comparison> comparisons, VolumeFigures figures, VerifyReport verified) {
    /**
     * An image beside what was exported of it.
     *
     * @param name the image
     * @param logicalBytes its size
     * @param firstDifference the first byte that differs, -1 if none does
     */
    record Comparison(String name, long logicalBytes, long firstDifference) {
        boolean isIdentical() {
            return firstDifference < 0;
        }
    }

    /** Whether everything came back and nothing is damaged. */
    boolean isGood() {
        return differing() == 0 && verified.isClean();
    }

    /** The closing lines. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (VerifyReport.Problem problem : verified.problems()) {
            lines.add("damaged: " + problem.resource() + ": " + problem.message());
        }
        String verdict = differing() > 0
                ? differing() + " DIFFER after export"
                : verified.isClean() ? "identical after export" : verified.problemCount() + " PROBLEMS found";
        lines.add("demo: " + comparisons.size() + " images, " + verdict + "; saved "
                + Sizes.percent(figures.totalSaving()) + " of "
                + Sizes.format(figures.statistics().nonZeroBytes()) + " non-zero (dedup "
                + Sizes.percent(figures.deduplicationSaving()) + ", with LZ4 "
                + Sizes.percent(figures.totalSaving()) + ")");
        return lines;
    }

    /** The same for programs. */
    Map<String, @Nullable Object> toMap() {
        List<Map<String, @Nullable Object>> images = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            Map<String, @Nullable Object> image = new LinkedHashMap<>();
            image.put("name", comparison.name());
            image.put("logicalBytes", comparison.logicalBytes());
            image.put("identical", comparison.isIdentical());
            images.add(image);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("images", images);
        map.put("identical", differing() == 0);
        map.put("clean", verified.isClean());
        map.put("nonZeroBytes", figures.statistics().nonZeroBytes());
        map.put("uniqueBytes", figures.statistics().uniqueBytes());
        map.put("storedBytes", figures.statistics().storedBytes());
        map.put("deduplicationSaving", figures.deduplicationSaving());
        map.put("totalSaving", figures.totalSaving());
        return map;
    }

    private long differing() {
        return comparisons.stream().filter(each -> !each.isIdentical()).count();
    }
}
