package io.github.livededup.examples.serving.metrics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** A file that holds the metrics as one JSON object, replaced as a whole, so that a reader never sees half of it. */
public final class MetricsFile {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Path file;
    private final Path temporary;

    /**
     * Makes the file's writer.
     *
     * @param file where the metrics go; its directory exists
     */
    public MetricsFile(Path file) {
        this.file = file;
        temporary = file.resolveSibling(file.getFileName() + ".tmp");
    }

    /**
     * Replaces the file.
     *
     * @param metrics numbers, texts and maps of them by name
     * @throws IOException if it cannot be written
     */
    public void write(Map<String, Object> metrics) throws IOException {
        try (Writer writer = Files.newBufferedWriter(temporary);
                JsonGenerator generator = FACTORY.createGenerator(writer)) {
            generator.useDefaultPrettyPrinter();
            writeMap(generator, metrics);
            generator.writeRaw('\n');
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void writeMap(JsonGenerator generator, Map<?, ?> map) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            generator.writeFieldName(String.valueOf(entry.getKey()));
            Object value = entry.getValue();
            if (value instanceof Map<?, ?> inner) {
                writeMap(generator, inner);
            } else if (value instanceof Long number) {
                generator.writeNumber(number);
            } else if (value instanceof Double number) {
                generator.writeNumber(Math.round(number * 10) / 10.0);
            } else {
                generator.writeString(String.valueOf(value));
            }
        }
        generator.writeEndObject();
    }
}
