package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ImageInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the catalogue knows of an image, as text and as JSON. */
final class ImageFigures {
    private ImageFigures() {}

    /** What kind of image it is, in a word. */
    static String kind(ImageInfo info) {
        return info.isSnapshot() ? "snapshot" : "image";
    }

    /** What it was taken from, or a dash. */
    static String origin(ImageInfo info) {
        return info.origin().orElse("-");
    }

    /** Everything, for programs. */
    static Map<String, @Nullable Object> toMap(ImageInfo info, int blockSizeBytes) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", info.name());
        map.put("logicalBytes", info.sizeBytes());
        map.put("mappedBytes", info.mappedBlocks() * blockSizeBytes);
        map.put("created", info.created());
        map.put("modified", info.modified());
        map.put("snapshot", info.isSnapshot());
        map.put("origin", info.origin().orElse(null));
        return map;
    }
}
