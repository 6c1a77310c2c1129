package io.github.livededup.engine.image;

import io.github.livededup.InvalidArgumentException;
import java.nio.charset.StandardCharsets;

/** The rule of image names; see {@link io.github.livededup.ImageStore}. */
final class ImageNames {
    private static final int MAX_BYTES = 255;

    private ImageNames() {}

    /**
     * Checks a name.
     *
     * @param name the name
     * @return the name
     * @throws InvalidArgumentException if it breaks the rule
     */
    static String check(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isText = new String(bytes, StandardCharsets.UTF_8).equals(name);
        boolean hasBadCharacter = name.chars().anyMatch(c -> c == '/' || Character.isISOControl(c));
        boolean isDots = name.equals(".") || name.equals("..");
        if (bytes.length == 0 || bytes.length > MAX_BYTES || !isText || hasBadCharacter || isDots) {
            throw new InvalidArgumentException(
                    "image name",
                    '"' + printable(name) + '"',
                    "1 to 255 bytes of UTF-8, no \"/\" and no control characters, not \".\" or \"..\"");
        }
        return name;
    }

    private static String printable(String name) {
        String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
