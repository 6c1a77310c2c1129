package io.github.livededup.jmh.soak;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told.
 *
 * @param seconds how long
 * @param budgetBytes the volume's memory budget
 * @param folder where the volume and the files are
 * @param series where every sample is written to as it is taken, as comma-separated values; null: nowhere
 */
record SoakSettings(
        long seconds,
        long budgetBytes,
        Path folder,
        @Nullable Path series) {
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MIB_SHIFT = 20;

    /** Reads the command line. */
    static SoakSettings parse(String[] arguments) {
        SoakSettings settings = new SoakSettings(
                SECONDS_PER_MINUTE, 32L << MIB_SHIFT, Path.of(System.getProperty("java.io.tmpdir")), null);
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("arguments: actual=" + arguments.length + " expected=names with values");
        }
        for (int i = 0; i < arguments.length; i += 2) {
            settings = settings.with(arguments[i], arguments[i + 1]);
        }
        return settings;
    }

    private SoakSettings with(String name, String value) {
        return switch (name) {
            case "--minutes" -> withSeconds(Long.parseLong(value) * SECONDS_PER_MINUTE);
            case "--seconds" -> withSeconds(Long.parseLong(value));
            case "--budget-mib" -> new SoakSettings(seconds, Long.parseLong(value) << MIB_SHIFT, folder, series);
            case "--folder" -> new SoakSettings(seconds, budgetBytes, Path.of(value), series);
            case "--series" -> new SoakSettings(seconds, budgetBytes, folder, Path.of(value));
            default ->
                throw new IllegalArgumentException("argument: actual=" + name
                        + " expected=--minutes, --seconds, --budget-mib, --folder or --series");
        };
    }

    private SoakSettings withSeconds(long newSeconds) {
        return new SoakSettings(newSeconds, budgetBytes, folder, series);
    }
}
