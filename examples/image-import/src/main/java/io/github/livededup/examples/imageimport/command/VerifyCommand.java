package io.github.livededup.examples.imageimport.command;

import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
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

/** Checks a volume; exits with 3 if damage is found. */
@Command(name = "verify", description = "Check a volume; exits with 3 if damage is found.")
final class VerifyCommand implements Callable<Integer> {
    private static final int MAX_PRINTED = 20;

    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "How deep: structure, metadata, checksums (default) or fingerprints.")
    private VerifyLevel level = VerifyLevel.CHECKSUMS;

    VerifyCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        VerifyReport report;
        try (Volume volume = cli.openReadOnly(directory);
                ProgressDisplay display = ProgressDisplay.open(cli.output(), "verify", -1)) {
            report = volume.verify(new VerifyOptions(level, display, cli.cancellation()));
        }
        cli.output().result(lines(report), toMap(report));
        return report.isClean() ? ExitCode.OK : ExitCode.DAMAGED;
    }

    private List<String> lines(VerifyReport report) {
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
        String verdict = report.isClean() ? "clean" : count(report.problemCount());
        lines.add(verdict + " at level " + EnumNames.of(report.level()) + ": " + report.metadataPages()
                + " metadata pages, " + report.blocks() + " blocks, " + Sizes.format(report.bytes()) + " read in "
                + Sizes.time(report.elapsed()));
        return lines;
    }

    private static String count(long problems) {
        return problems == 1 ? "1 problem" : problems + " problems";
    }

    private Map<String, @Nullable Object> toMap(VerifyReport report) {
        List<Map<String, @Nullable Object>> problems = new ArrayList<>();
        for (VerifyReport.Problem problem : report.problems()) {
            Map<String, @Nullable Object> each = new LinkedHashMap<>();
            each.put("resource", problem.resource());
            each.put("message", problem.message());
            problems.add(each);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("level", EnumNames.of(report.level()));
        map.put("clean", report.isClean());
        map.put("problemCount", report.problemCount());
        map.put("problems", problems);
        map.put("metadataPages", report.metadataPages());
        map.put("blocks", report.blocks());
        map.put("bytes", report.bytes());
        map.put("seconds", report.elapsed().toNanos() / 1e9);
        return map;
    }
}
