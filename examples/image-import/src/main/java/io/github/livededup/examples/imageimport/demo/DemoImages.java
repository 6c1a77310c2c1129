package io.github.livededup.examples.imageimport.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Makes real images of what every Java developer has: two versions each of the JDK and of the local repository. */
public final class DemoImages {
    private final long limitBytes;
    private final BooleanSupplier cancelled;

    /**
     * Makes the maker.
     *
     * @param limitBytes the most bytes of files in an image
     * @param cancelled asked between files
     */
    public DemoImages(long limitBytes, BooleanSupplier cancelled) {
        this.limitBytes = limitBytes;
        this.cancelled = cancelled;
    }

    /**
     * The local Maven repository: {@code maven.repo.local}, or the default place in the user's home.
     *
     * @return the directory, which need not exist
     */
    public static Path localRepository() {
        String configured = System.getProperty("maven.repo.local");
        return configured != null
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home", "."), ".m2", "repository");
    }

    /**
     * Makes the images of a tree.
     *
     * @param name what the images' names begin with
     * @param tree the tree
     * @param directory where they are made, as {@code name-v1.raw} and {@code name-v2.raw}
     * @param log told of each image
     * @return the images; none if the tree is absent or holds no files
     * @throws IOException if reading or writing fails
     */
    public List<Path> make(String name, Path tree, Path directory, Consumer<Path> log) throws IOException {
        if (!Files.isDirectory(tree)) {
            return List.of();
        }
        List<SourceFile> files = SourceTree.list(tree.toRealPath(), limitBytes);
        if (files.isEmpty()) {
            return List.of();
        }
        List<Path> images = new ArrayList<>();
        for (Edition edition : Edition.values()) {
            Path image = directory.resolve(String.format(Locale.ROOT, "%s-v%d.raw", name, edition.number()));
            new ArchiveMaker(edition, cancelled).write(files, image);
            log.accept(image);
            images.add(image);
        }
        return images;
    }
}
