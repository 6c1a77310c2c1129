package io.github.livededup.engine.nio;

import static io.github.livededup.engine.nio.Failures.translated;

import io.github.livededup.ImageInfo;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Attributes by name: those of the view {@code basic}, and of {@code livededup}, which can only be read: {@code
 * isSnapshot}, {@code origin} (null if there is none), {@code mappedBytes}, and {@code exclusiveBytes}, which walks the
 * image's map and so is worked out only if it is asked for.
 */
final class NamedAttributes {
    private static final String BASIC = "basic";
    private static final Set<String> BASIC_NAMES = Set.of(
            "lastModifiedTime",
            "lastAccessTime",
            "creationTime",
            "size",
            "isRegularFile",
            "isDirectory",
            "isSymbolicLink",
            "isOther",
            "fileKey");
    private static final Set<String> OWN_NAMES = Set.of("isSnapshot", "origin", "mappedBytes", "exclusiveBytes");

    private NamedAttributes() {}

    /**
     * Reads attributes.
     *
     * @param path the path
     * @param attributes as {@code Files.readAttributes} says: names after an optional view and ":", or "*"
     * @return the values by name
     * @throws UnsupportedOperationException if there is no such view
     * @throws IllegalArgumentException if a name is none of the view's, or there is none
     */
    static Map<String, Object> read(ImagePath path, String attributes) throws IOException {
        String view = view(attributes);
        String list = attributes.substring(attributes.indexOf(':') + 1);
        Map<String, Object> values = new HashMap<>();
        if (view.equals(BASIC)) {
            Set<String> wanted = wanted(list, BASIC_NAMES);
            ImageAttributes basic = path.getFileSystem().files().attributes(path);
            wanted.forEach(name -> values.put(name, basic(basic, name)));
        } else {
            Set<String> wanted = wanted(list, OWN_NAMES);
            String image = path.getFileSystem().files().existing(path);
            for (String name : wanted) {
                values.put(name, own(path, image, name));
            }
        }
        return values;
    }

    /**
     * Sets an attribute.
     *
     * @param path the path
     * @param attribute a name after an optional view and ":"
     * @param value the value
     * @throws UnsupportedOperationException if there is no such view
     * @throws IllegalArgumentException if it is none that can be set
     * @throws ClassCastException if the value is not a time
     */
    static void set(ImagePath path, String attribute, @Nullable Object value) throws IOException {
        String name = attribute.substring(attribute.indexOf(':') + 1);
        ImageAttributeView basic = new ImageAttributeView(path);
        switch (view(attribute) + ":" + name) {
            case "basic:lastModifiedTime" -> basic.setTimes((FileTime) value, null, null);
            case "basic:lastAccessTime" -> basic.setTimes(null, (FileTime) value, null);
            case "basic:creationTime" -> basic.setTimes(null, null, (FileTime) value);
            default -> throw new IllegalArgumentException("'" + attribute + "' not recognized, or cannot be set");
        }
    }

    private static String view(String attributes) {
        int colon = attributes.indexOf(':');
        String view = colon < 0 ? BASIC : attributes.substring(0, colon);
        if (!ImageAttributeView.NAMES.contains(view)) {
            throw new UnsupportedOperationException("View '" + view + "' not available");
        }
        return view;
    }

    private static Set<String> wanted(String list, Set<String> known) {
        Set<String> wanted = new TreeSet<>();
        for (String name : list.split(",", -1)) {
            if (name.equals("*")) {
                wanted.addAll(known);
            } else if (known.contains(name)) {
                wanted.add(name);
            } else {
                throw new IllegalArgumentException("'" + name + "' not recognized");
            }
        }
        return wanted;
    }

    private static Object basic(ImageAttributes attributes, String name) {
        return switch (name) {
            case "lastModifiedTime" -> attributes.lastModifiedTime();
            case "lastAccessTime" -> attributes.lastAccessTime();
            case "creationTime" -> attributes.creationTime();
            case "size" -> attributes.size();
            case "isRegularFile" -> attributes.isRegularFile();
            case "isDirectory" -> attributes.isDirectory();
            case "isSymbolicLink" -> attributes.isSymbolicLink();
            case "isOther" -> attributes.isOther();
            default -> attributes.fileKey();
        };
    }

    private static @Nullable Object own(ImagePath path, String image, String name) throws IOException {
        ImageFileSystem fileSystem = path.getFileSystem();
        if (name.equals("exclusiveBytes")) {
            return image.isEmpty()
                    ? 0L
                    : translated(path, () -> fileSystem.images().exclusiveBytes(image));
        }
        @Nullable ImageInfo info = image.isEmpty() ? null : fileSystem.files().info(path, image);
        return switch (name) {
            case "isSnapshot" -> info != null && info.isSnapshot();
            case "origin" -> info == null ? null : info.origin().orElse(null);
            default ->
                info == null ? 0L : info.mappedBlocks() * fileSystem.volume().blockSizeBytes();
        };
    }
}
