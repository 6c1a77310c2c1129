package io.github.livededup.examples.httpface.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.livededup.ImageInfo;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** Answers as JSON. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    interface Content {
        void write(JsonGenerator generator) throws IOException;
    }

    private static String text(Content content) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            content.write(generator);
        }
        return text.append('\n').toString();
    }

    static String of(List<ImageInfo> images, int blockBytes) throws IOException {
        return text(generator -> {
            generator.writeStartArray();
            for (ImageInfo image : images) {
                generator.writeStartObject();
                generator.writeStringField("name", image.name());
                generator.writeNumberField("sizeBytes", image.sizeBytes());
                generator.writeNumberField("mappedBytes", image.mappedBlocks() * blockBytes);
                generator.writeStringField("modified", image.modified().toString());
                generator.writeBooleanField("snapshot", image.isSnapshot());
                generator.writeEndObject();
            }
            generator.writeEndArray();
        });
    }

    static String of(VolumeStatistics statistics) throws IOException {
        return text(generator -> {
            generator.writeStartObject();
            generator.writeNumberField("images", statistics.images());
            generator.writeNumberField("logicalBytes", statistics.logicalBytes());
            generator.writeNumberField("nonZeroBytes", statistics.nonZeroBytes());
            generator.writeNumberField("uniqueBytes", statistics.uniqueBytes());
            generator.writeNumberField("storedBytes", statistics.storedBytes());
            generator.writeNumberField("deadBytes", statistics.deadBytes());
            generator.writeNumberField("physicalBytes", statistics.physicalBytes());
            generator.writeNumberField("freeBytes", statistics.freeBytes());
            generator.writeEndObject();
        });
    }
}
