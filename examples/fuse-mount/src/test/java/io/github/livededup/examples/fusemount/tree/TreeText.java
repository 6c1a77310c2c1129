package io.github.livededup.examples.fusemount.tree;

import java.util.Arrays;
import java.util.TreeMap;

/** A tree as text, to compare. */
public final class TreeText {
    private TreeText() {}

    /** All there is, by number and name. */
    public static String of(Tree tree) {
        TreeMap<Long, String> lines = new TreeMap<>();
        for (Inode inode : tree.inodes()) {
            TreeMap<String, Long> entries = new TreeMap<>();
            inode.entries()
                    .forEach(entry ->
                            entries.put(entry.getKey(), entry.getValue().number()));
            TreeMap<String, String> xattrs = new TreeMap<>();
            inode.xattrs().forEach((name, value) -> xattrs.put(name, Arrays.toString(value)));
            lines.put(
                    inode.number(),
                    inode.attributes() + " links=" + inode.linkCount() + " " + entries + " " + xattrs + "\n");
        }
        return lines.toString();
    }
}
