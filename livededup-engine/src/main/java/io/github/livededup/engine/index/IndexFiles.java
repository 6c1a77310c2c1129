package io.github.livededup.engine.index;

import io.github.livededup.engine.io.VolumeDirectory;
import java.io.IOException;

/** The names in a volume's folder {@code index/}. */
final class IndexFiles {
    static final String FOLDER = "index";
    static final String MARKER = FOLDER + "/CLEAN";
    static final String FILTER = FOLDER + "/filter";

    private static final String PARTITION_SUFFIX = ".cmap";

    private IndexFiles() {}

    static String partition(int group) {
        return FOLDER + "/" + group + PARTITION_SUFFIX;
    }

    /** Deletes a derived file; that it stays for now is no harm, since nobody believes it without a marker. */
    static void deleteQuietly(VolumeDirectory directory, String name) {
        try {
            directory.delete(name);
        } catch (IOException e) {
            System.getLogger(IndexFiles.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "cannot delete " + name + ": " + e);
        }
    }
}
