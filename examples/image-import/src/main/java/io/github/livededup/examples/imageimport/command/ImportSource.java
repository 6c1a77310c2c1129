package io.github.livededup.examples.imageimport.command;

import io.github.livededup.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What becomes an image.
 *
 * @param file the file, or {@link #STANDARD_INPUT}
 * @param name the image's name
 * @param sizeBytes its size if it is a regular file, else -1
 */
record ImportSource(Path file, String name, long sizeBytes) {
    /** Stands for the standard input. */
    static final Path STANDARD_INPUT = Path.of("-");

    /**
     * Looks at a source, so that what cannot work is said before anything is done.
     *
     * @throws SourceException if the file is absent, a directory or unreadable
     */
    static ImportSource of(Path file, String name) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return new ImportSource(file, name, -1);
        }
        if (!Files.exists(file)) {
            throw new SourceException(file.toString(), "no such file");
        }
        if (Files.isDirectory(file)) {
            throw new SourceException(file.toString(), "is a directory; a file is needed");
        }
        if (!Files.isReadable(file)) {
            throw new SourceException(file.toString(), "permission denied");
        }
        return new ImportSource(file, name, Files.isRegularFile(file) ? Files.size(file) : -1);
    }

    boolean isStandardInput() {
        return file.equals(STANDARD_INPUT);
    }

    /** The sources' bytes together, or -1 if one is not known. */
    static long totalBytes(Iterable<ImportSource> sources) {
        long total = 0;
        for (ImportSource source : sources) {
            if (source.sizeBytes() < 0) {
                return -1;
            }
            total += source.sizeBytes();
        }
        return total;
    }
}
