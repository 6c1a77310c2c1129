package io.github.livededup.jmh.soak;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Writes samples to a file as they are taken, a line each of comma-separated values, so that a peak can be looked into. For one thread. */
final class Series implements AutoCloseable {
    private final Writer file;

    /**
     * Begins a file, with a line of names.
     *
     * @param file where; replaced
     * @throws IOException if it cannot be written
     */
    Series(Path file) throws IOException {
        this.file = Files.newBufferedWriter(file);
        this.file.write("seconds");
        for (Metric metric : Metric.values()) {
            this.file.write(',' + metric.name());
        }
        this.file.write(System.lineSeparator());
    }

    /**
     * Adds a line; what could not be measured is empty in it.
     *
     * @param seconds since the run began
     * @param values what could be measured
     * @throws IOException if it cannot be written
     */
    void add(double seconds, Map<Metric, Double> values) throws IOException {
        file.write(String.format(Locale.ROOT, "%.1f", seconds));
        for (Metric metric : Metric.values()) {
            Double value = values.get(metric);
            file.write(value == null ? "," : String.format(Locale.ROOT, ",%.2f", value));
        }
        file.write(System.lineSeparator());
        file.flush();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
