package io.github.livededup.jmh.soak;

import java.nio.file.Path;

/**
 * What a run is told.
 *
 * @param seconds how long
 * @param budgetBytes the volume's memory budget
 * @param folder where the volume and the files are
 */
record SoakSettings(long seconds, long budgetBytes, Path folder) {
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MIB_SHIFT = 20;

    /** Reads the command line. */
    static SoakSettings parse(String[] arguments) {
        SoakSettings settings =
                new SoakSettings(SECONDS_PER_MINUTE, 32L << MIB_SHIFT, Path.of(System.getProperty("java.io.tmpdir")));
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("arguments: actual=" + arguments.length + " expected=names with values");
        }
        for (int i = 0; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            settings = switch (arguments[i]) {
                case "--minutes" -> settings.withSeconds(Long.parseLong(value) * SECONDS_PER_MINUTE);
                case "--seconds" -> settings.withSeconds(Long.parseLong(value));
                case "--budget-mib" ->
                    new SoakSettings(settings.seconds, Long.parseLong(value) << MIB_SHIFT, settings.folder);
                case "--folder" -> new SoakSettings(settings.seconds, settings.budgetBytes, Path.of(value));
                default ->
                    throw new IllegalArgumentException("argument: actual=" + arguments[i]
                            + " expected=--minutes, --seconds, --budget-mib or --folder");
            };
        }
        return settings;
    }

    private SoakSettings withSeconds(long newSeconds) {
        return new SoakSettings(newSeconds, budgetBytes, folder);
    }
}
