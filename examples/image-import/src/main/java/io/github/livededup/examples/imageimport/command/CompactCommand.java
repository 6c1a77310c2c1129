package io.github.livededup.examples.imageimport.command;

import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Volume;
import io.github.livededup.VolumeStatistics;
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

/** Gives the space of dead blocks back. Ctrl-C ends it in order; what was given back until then stays given back. */
@Command(name = "compact", description = "Give the space of dead blocks back to the file system.")
final class CompactCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Option(
            names = "--min-dead",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "Rewrite block groups of which this share or more is dead; default 5%%.")
    private @Nullable Double minDead;

    @Option(
            names = "--rate",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most bytes copied a second; default unlimited.")
    private @Nullable Long rate;

    CompactCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        CompactionOptions options = options();
        CompactionResult result;
        VolumeStatistics after;
        try (Volume volume = cli.open(directory);
                ProgressDisplay display = ProgressDisplay.open(cli.output(), "compact", -1)) {
            result = volume.compact(options.withListener(display));
            after = volume.statistics();
        }
        cli.output().result(lines(result, after), toMap(result, after));
        return ExitCode.OK;
    }

    private CompactionOptions options() {
        CompactionOptions options = CompactionOptions.defaults().withCancellation(cli.cancellation());
        if (minDead != null) {
            options = options.withMinDeadShare(minDead);
        }
        return rate == null ? options : options.withBytesPerSecond(rate);
    }

    private List<String> lines(CompactionResult result, VolumeStatistics after) {
        List<String> lines = new ArrayList<>();
        lines.add("compacted " + directory + ": " + Sizes.format(result.reclaimedBytes()) + " given back, "
                + Sizes.format(result.copiedBytes()) + " copied in " + Sizes.time(result.elapsed()) + "; "
                + result.freedGroups() + " block groups freed, " + result.rewrittenGroups() + " rewritten");
        if (result.skippedGroups() > 0) {
            lines.add(result.skippedGroups() + " block groups left for want of room");
        }
        if (result.damagedBlocks() > 0) {
            lines.add(result.damagedBlocks() + " damaged blocks copied as they are");
        }
        lines.add("now " + Sizes.format(after.storedBytes()) + " stored, " + Sizes.format(after.deadBytes()) + " dead, "
                + Sizes.format(after.physicalBytes()) + " on disk");
        return lines;
    }

    private Map<String, @Nullable Object> toMap(CompactionResult result, VolumeStatistics after) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("reclaimedBytes", result.reclaimedBytes());
        map.put("copiedBytes", result.copiedBytes());
        map.put("freedGroups", result.freedGroups());
        map.put("rewrittenGroups", result.rewrittenGroups());
        map.put("skippedGroups", result.skippedGroups());
        map.put("damagedBlocks", result.damagedBlocks());
        map.put("seconds", result.elapsed().toNanos() / 1e9);
        map.put("storedBytes", after.storedBytes());
        map.put("deadBytes", after.deadBytes());
        map.put("physicalBytes", after.physicalBytes());
        return map;
    }
}
