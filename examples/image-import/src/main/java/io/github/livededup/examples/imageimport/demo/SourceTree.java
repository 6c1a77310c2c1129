package io.github.livededup.examples.imageimport.demo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists the regular files of a directory tree in a fixed order, up to a limit; links are not followed. */
final class SourceTree {
    private final Path root;
    private final long limitBytes;
    private final List<SourceFile> files = new ArrayList<>();
    private long totalBytes;

    private SourceTree(Path root, long limitBytes) {
        this.root = root;
        this.limitBytes = limitBytes;
    }

    /**
     * Lists files, directory by directory, by name.
     *
     * @param root the tree's root
     * @param limitBytes a file that would take the total beyond this is left out
     * @return the files in order
     * @throws IOException if a directory cannot be listed
     */
    static List<SourceFile> list(Path root, long limitBytes) throws IOException {
        SourceTree tree = new SourceTree(root, limitBytes);
        tree.visit(root);
        return tree.files;
    }

    private void visit(Path directory) throws IOException {
        for (Path path : sortedEntries(directory)) {
            if (totalBytes >= limitBytes) {
                return;
            }
            if (!Files.isReadable(path)) {
                continue;
            }
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                visit(path);
            } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                add(path);
            }
        }
    }

    private void add(Path path) throws IOException {
        long length = Files.size(path);
        if (totalBytes + length <= limitBytes) {
            totalBytes += length;
            files.add(new SourceFile(path, name(path), length));
        }
    }

    private String name(Path path) {
        return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    private static List<Path> sortedEntries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        }
        entries.sort(Comparator.comparing(Path::toString));
        return entries;
    }
}
