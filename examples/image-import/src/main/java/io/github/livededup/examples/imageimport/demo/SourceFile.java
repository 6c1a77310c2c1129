package io.github.livededup.examples.imageimport.demo;

import java.nio.file.Path;

/**
 * A file that goes into an archive.
 *
 * @param path where it is
 * @param name its name in the archive: the path below the tree's root, with slashes
 * @param lengthBytes its length when the tree was listed
 */
record SourceFile(Path path, String name, long lengthBytes) {}
