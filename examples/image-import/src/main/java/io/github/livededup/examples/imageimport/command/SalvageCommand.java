package io.github.livededup.examples.imageimport.command;

import io.github.livededup.SalvageOptions;
import io.github.livededup.SalvageReport;
import io.github.livededup.VerifyReport;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.ProgressDisplay;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies what can be read of a damaged volume into a new one; exits with 3 if something is lost. */
@Command(
        name = "salvage",
        description = "Copy what can be read of a damaged volume into a new one; exits with 3 if something is lost.")
final class SalvageCommand implements Callable<Integer> {
    private static final int MAX_PRINTED = 20;

    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The damaged volume's directory; only read.")
    private Path source = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW-VOLUME", description = "Where the new volume goes.")
    private Path target = Path.of("");

    @Option(names = "--only-whole", description = "Leave images out of which something is lost.")
    private boolean onlyWhole;

    SalvageCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        SalvageReport report;
        try (ProgressDisplay display = ProgressDisplay.open(cli.output(), "salvage", -1)) {
            SalvageOptions options = SalvageOptions.defaults()
                    .withListener(display)
                    .withCancellation(cli.cancellation())
                    .withKeepDamaged(!onlyWhole);
            report = cli.volumes().salvage(source, target, options);
        }
        cli.output().result(lines(report), toMap(report));
        return report.isComplete() ? ExitCode.OK : ExitCode.DAMAGED;
    }

    private List<String> lines(SalvageReport report) {
        List<String> lines = new ArrayList<>();
        for (VerifyReport.Problem problem : report.problems()) {
            if (lines.size() == MAX_PRINTED) {
                break;
            }
            lines.add("damaged: " + problem.resource() + ": " + problem.message());
        }
        if (report.problemCount() > lines.size()) {
            lines.add("and " + (report.problemCount() - lines.size()) + " more");
        }
        if (report.usedOtherSuperblock()) {
            lines.add("from the older superblock, generation " + report.generation());
        }
        for (SalvageReport.SalvagedImage image : report.images()) {
            addImage(image, lines);
        }
        long lost = report.images().stream()
                .mapToLong(SalvageReport.SalvagedImage::lostBytes)
                .sum();
        lines.add("salvaged " + report.images().size() + " images into " + target + " in "
                + Sizes.time(report.elapsed()) + "; " + (lost == 0 ? "nothing" : Sizes.format(lost)) + " of them lost");
        return lines;
    }

    private static void addImage(SalvageReport.SalvagedImage image, List<String> lines) {
        String kind = image.snapshot() ? "snapshot " : "image ";
        String name = image.name().equals(image.newName()) ? image.name() : image.name() + " as " + image.newName();
        String loss = image.lostBytes() == 0
                ? "whole"
                : Sizes.format(image.lostBytes()) + " lost in " + image.lostRangeCount() + " ranges";
        lines.add(kind + name + ": " + Sizes.format(image.copiedBytes()) + " copied, " + loss
                + (image.kept() ? "" : ", left out"));
        int printed = 0;
        for (SalvageReport.LostRange range : image.lostRanges()) {
            if (printed++ == MAX_PRINTED) {
                break;
            }
            lines.add("  lost at " + range.offsetBytes() + ", " + range.lengthBytes() + " bytes: " + range.message());
        }
        if (image.lostRangeCount() > MAX_PRINTED) {
            lines.add("  and " + (image.lostRangeCount() - MAX_PRINTED) + " more ranges");
        }
    }

    private Map<String, @Nullable Object> toMap(SalvageReport report) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", source.toString());
        map.put("newVolume", target.toString());
        map.put("complete", report.isComplete());
        map.put("generation", report.generation());
        map.put("usedOtherSuperblock", report.usedOtherSuperblock());
        map.put("images", report.images().stream().map(SalvageCommand::toMap).toList());
        map.put("hiddenImages", report.hiddenImages());
        map.put("problemCount", report.problemCount());
        map.put("problems", VerifyFigures.problems(report.problems()));
        map.put("seconds", report.elapsed().toNanos() / 1e9);
        return map;
    }

    private static Map<String, @Nullable Object> toMap(SalvageReport.SalvagedImage image) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", image.name());
        map.put("newName", image.newName());
        map.put("snapshot", image.snapshot());
        map.put("kept", image.kept());
        map.put("logicalBytes", image.sizeBytes());
        map.put("copiedBytes", image.copiedBytes());
        map.put("lostBytes", image.lostBytes());
        map.put("lostRangeCount", image.lostRangeCount());
        List<Map<String, @Nullable Object>> ranges = new ArrayList<>();
        for (SalvageReport.LostRange range : image.lostRanges()) {
            Map<String, @Nullable Object> each = new LinkedHashMap<>();
            each.put("offset", range.offsetBytes());
            each.put("length", range.lengthBytes());
            each.put("cause", EnumNames.of(range.cause()));
            each.put("message", range.message());
            ranges.add(each);
        }
        map.put("lostRanges", ranges);
        return map;
    }
}
