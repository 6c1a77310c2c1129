package io.github.livededup.engine.nio;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Locale;

/** URIs of the form {@code livededup:file:///path/of/volume!/image}. */
final class VolumeUri {
    /** The scheme. */
    static final String SCHEME = "livededup";

    private static final String DELIMITER = "!/";
    /** What RFC 3986 allows in a path beside letters and digits, and "/". */
    private static final String PLAIN = "-._~!$&'()*+,;=:@/";

    private VolumeUri() {}

    /**
     * The URI of a path.
     *
     * @param directory the volume's directory
     * @param path an absolute path in it
     * @return the URI
     */
    static URI of(Path directory, String path) {
        String volume = directory.toUri().getRawPath();
        String trimmed = volume.endsWith("/") ? volume.substring(0, volume.length() - 1) : volume;
        return URI.create(SCHEME + ":file://" + trimmed.replace("!", "%21") + "!" + encode(path));
    }

    private static String encode(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) Byte.toUnsignedInt(b);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    /**
     * The volume's directory.
     *
     * @param uri the URI, with or without a path in the volume
     * @return the directory as the URI says it
     * @throws IllegalArgumentException if it is not of the form
     */
    static Path directory(URI uri) {
        String rest = schemeSpecificPart(uri);
        int end = rest.indexOf(DELIMITER);
        try {
            Path directory = Path.of(new URI(end < 0 ? rest : rest.substring(0, end)));
            if (!directory.getFileSystem().equals(FileSystems.getDefault())) {
                throw new IllegalArgumentException("volume: actual=" + directory + " expected=a file: URI");
            }
            return directory;
        } catch (URISyntaxException | FileSystemNotFoundException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * The path in the volume.
     *
     * @param uri the URI
     * @return an absolute path
     * @throws IllegalArgumentException if it has none
     */
    static String path(URI uri) {
        String rest = schemeSpecificPart(uri);
        int end = rest.indexOf(DELIMITER);
        if (end < 0) {
            throw new IllegalArgumentException(
                    "URI: actual=" + uri + " expected=a path in the volume, as in livededup:file:///volume!/image");
        }
        // "//" would start an authority.
        String raw = rest.substring(end + 1).replaceFirst("^/+", "/");
        try {
            URI inner = new URI("file:" + raw);
            if (inner.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("URI: actual=" + uri + " expected=neither query nor fragment");
            }
            return inner.getPath();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String schemeSpecificPart(URI uri) {
        if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("URI scheme: actual=" + uri.getScheme() + " expected=" + SCHEME);
        }
        return uri.getRawSchemeSpecificPart();
    }
}
