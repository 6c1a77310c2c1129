package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the volume is opened. */
final class VolumeSettings {
    private static final Logger LOG = System.getLogger(VolumeSettings.class.getName());
    private static final long LOW_SPACE_BYTES = 1L << 30;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The volume's memory budget; default 256M.")
    @Nullable
    Long memoryBytes;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most the volume may take on disk; default unlimited.")
    @Nullable
    Long maxBytes;

    @Option(names = "--no-compaction", description = "Do not give the space of dead blocks back by the way.")
    boolean noCompaction;

    @Option(
            names = "--compaction-rate",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most that compaction copies a second; default 32M.")
    @Nullable
    Long compactionBytes;

    /** Opens the volume, and creates the images that are to be there. */
    Volume open(Path directory, boolean readOnly, Map<String, Long> toCreate) throws IOException {
        VolumeOptions options = toOptions(readOnly);
        Volume volume =
                toCreate.isEmpty() ? LiveDedup.open(directory, options) : LiveDedup.openOrCreate(directory, options);
        try {
            create(volume, toCreate);
        } catch (IOException | RuntimeException e) {
            volume.close();
            throw e;
        }
        return volume;
    }

    private static void create(Volume volume, Map<String, Long> toCreate) throws IOException {
        if (toCreate.isEmpty()) {
            return;
        }
        Set<String> there = volume.images().list().stream().map(ImageInfo::name).collect(Collectors.toSet());
        for (Map.Entry<String, Long> image : toCreate.entrySet()) {
            if (!there.contains(image.getKey())) {
                volume.images().create(image.getKey(), image.getValue()).close();
            }
        }
        volume.commit();
    }

    private VolumeOptions toOptions(boolean readOnly) {
        VolumeOptions.Builder builder = VolumeOptions.builder()
                .readOnly(readOnly)
                .lowSpace(
                        LOW_SPACE_BYTES, freeBytes -> LOG.log(Level.WARNING, "room is low: {0} bytes left", freeBytes));
        if (memoryBytes != null) {
            builder.memoryBudgetBytes(memoryBytes);
        }
        if (maxBytes != null) {
            builder.maxPhysicalBytes(maxBytes);
        }
        if (noCompaction) {
            builder.backgroundCompaction(BackgroundCompaction.OFF);
        } else if (compactionBytes != null) {
            BackgroundCompaction defaults = BackgroundCompaction.defaults();
            builder.backgroundCompaction(new BackgroundCompaction(true, defaults.minDeadShare(), compactionBytes));
        }
        return builder.build();
    }
}
