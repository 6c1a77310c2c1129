package io.github.livededup.engine.index;

import io.github.livededup.engine.io.VolumeDirectory;
import java.io.IOException;

/** The names in a volume's folder {@code index/}. */
final class IndexFiles {
    static final String FOLDER = "index";
    static final String MARKER = FOLDER + "/CLEAN";
    static final String FILTER = FOLDER + "/filter";

    private static final String PARTITION_SUFFIX = ".cmap";
    private static final String TAGS_SUFFIX = ".tags";
    private static final int MOST_DIGITS = 9;

    private IndexFiles() {}

    static String partition(int group) {
        return FOLDER + "/" + group + PARTITION_SUFFIX;
    }

    static String tags(int group) {
        return FOLDER + "/" + group + TAGS_SUFFIX;
    }

    /** The group of a file of tags by its name in the folder; 0 if it is another file. */
    static int groupOfTags(String name) {
        int digits = name.length() - TAGS_SUFFIX.length();
        if (digits < 1 || digits > MOST_DIGITS || !name.endsWith(TAGS_SUFFIX)) {
            return 0;
        }
        for (int i = 0; i < digits; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return 0;
            }
        }
        return Integer.parseInt(name, 0, digits, 10);
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
