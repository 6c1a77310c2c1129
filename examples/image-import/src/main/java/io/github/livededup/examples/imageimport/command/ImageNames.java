package io.github.livededup.examples.imageimport.command;

import java.nio.file.Path;

/** Image names made from file names. */
final class ImageNames {
    private ImageNames() {}

    /**
     * The file's name without its extension: {@code disks/web.raw} becomes {@code web}, {@code a.tar.gz} becomes {@code
     * a.tar}; a name that is all extension, such as {@code .raw}, stays as it is.
     */
    static String of(Path file) {
        Path last = file.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "image" : last.toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
