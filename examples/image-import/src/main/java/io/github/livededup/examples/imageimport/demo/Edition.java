package io.github.livededup.examples.imageimport.demo;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Two versions of an archive of the same tree. Which files are added, removed and changed from one to the next depends
 * on their names alone, so every run makes the same versions.
 */
enum Edition {
    /** Without the files that the second version adds. */
    FIRST(1),
    /** Some files fewer, some more, and in some one block changed. */
    SECOND(2);

    /** One file in so many is only in the second version, and another one only in the first. */
    private static final int COMES_OR_GOES = 31;

    /** One file in so many differs between the versions. */
    private static final int CHANGES = 13;

    /** Says that a file is the same in both versions. */
    static final long UNCHANGED = -1;

    private final int number;

    Edition(int number) {
        this.number = number;
    }

    /** The version's number, from 1. */
    int number() {
        return number;
    }

    /** Whether a file is in this version. */
    boolean includes(SourceFile file) {
        return hash(file) % COMES_OR_GOES != number;
    }

    /** The block of a file that is changed in this version, or {@link #UNCHANGED}. */
    long changedBlock(SourceFile file) {
        long hash = hash(file);
        if (this == FIRST || file.lengthBytes() == 0 || hash % CHANGES != 0) {
            return UNCHANGED;
        }
        long blocks = (file.lengthBytes() + SparseWriter.BLOCK_BYTES - 1) / SparseWriter.BLOCK_BYTES;
        return (hash >>> 8) % blocks;
    }

    private static long hash(SourceFile file) {
        CRC32 crc = new CRC32();
        crc.update(file.name().getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
