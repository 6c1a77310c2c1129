package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.ImageInfo;
import io.github.livededup.Volume;
import io.github.livededup.examples.serving.cli.SizeConverter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Images that are to be there when the server starts. */
final class NewImages {
    private final Map<String, Long> sizeBytesByName = new LinkedHashMap<>();

    /** Reads the sizes; one that makes no sense is refused here. */
    NewImages(Map<String, String> sizesByName) {
        sizesByName.forEach((name, size) -> sizeBytesByName.put(name, SizeConverter.parse(size)));
    }

    boolean isEmpty() {
        return sizeBytesByName.isEmpty();
    }

    /** Creates those that are not there. */
    void create(Volume volume) throws IOException {
        if (isEmpty()) {
            return;
        }
        Set<String> there = volume.images().list().stream().map(ImageInfo::name).collect(Collectors.toSet());
        for (Map.Entry<String, Long> image : sizeBytesByName.entrySet()) {
            if (!there.contains(image.getKey())) {
                volume.images().create(image.getKey(), image.getValue()).close();
            }
        }
        volume.commit();
    }
}
