package io.github.livededup.examples.serving.cli;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the volume is opened. Options that are not given keep the library's defaults. */
public final class VolumeSettings {
    private static final Logger LOG = System.getLogger(VolumeSettings.class.getName());
    private static final long LOW_SPACE_BYTES = 1L << 30;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The volume's memory budget; default 256M.")
    private @Nullable Long memoryBytes;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most the volume may take on disk; default unlimited.")
    private @Nullable Long maxBytes;

    @Option(names = "--no-compaction", description = "Do not give the space of dead blocks back by the way.")
    private boolean noCompaction;

    @Option(
            names = "--compaction-rate",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most that compaction copies a second; default 32M.")
    private @Nullable Long compactionBytes;

    /** Settings of which none is given. */
    public VolumeSettings() {}

    /**
     * Opens the volume.
     *
     * @param directory where it is
     * @param readOnly whether nothing in it may change
     * @param create whether to create it if it is not there
     * @return the volume, to be closed by the caller
     * @throws IOException if it cannot be opened
     */
    public Volume open(Path directory, boolean readOnly, boolean create) throws IOException {
        VolumeOptions options = toOptions(readOnly);
        return create ? LiveDedup.openOrCreate(directory, options) : LiveDedup.open(directory, options);
    }

    VolumeOptions toOptions(boolean readOnly) {
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
