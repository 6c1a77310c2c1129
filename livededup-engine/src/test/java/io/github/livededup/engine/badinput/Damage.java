package io.github.livededup.engine.badinput;

import io.github.livededup.engine.contract.FileTree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Damage to the files of a volume. */
@FunctionalInterface
interface Damage {
    /** Does it, to a volume; the other volume may lend its files. */
    void to(Path volume, Path foreign) throws IOException;

    /** Damage that needs no other volume. */
    @FunctionalInterface
    interface Simple {
        void to(Path file) throws IOException;
    }

    private static Damage simple(String name, Simple damage) {
        return (volume, foreign) -> damage.to(volume.resolve(name));
    }

    private static Damage all(String folder, Simple damage) {
        return (volume, foreign) -> {
            for (Path file : list(volume.resolve(folder))) {
                damage.to(file);
            }
        };
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    static Damage delete(String name) {
        return simple(name, FileTree::delete);
    }

    static Damage empty(String folder) {
        return all(folder, FileTree::delete);
    }

    static Damage add(String name) {
        return simple(name, file -> Files.writeString(file, "not ours"));
    }

    /** Cuts a file; a negative size divides. */
    static Damage truncate(String name, long sizeBytes) {
        return simple(name, file -> truncate(file, sizeBytes));
    }

    static Damage truncateAllIn(String folder, long sizeBytes) {
        return all(folder, file -> truncate(file, sizeBytes));
    }

    private static void truncate(Path file, long sizeBytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(sizeBytes < 0 ? open.length() / -sizeBytes : Math.min(open.length(), sizeBytes));
        }
    }

    /** Overwrites all of a file. */
    static Damage garble(String name) {
        return simple(name, file -> garble(file, 0, Math.max(10, Files.size(file))));
    }

    static Damage garble(String name, long position, long length) {
        return simple(name, file -> garble(file, position, length));
    }

    static Damage garbleAllIn(String folder) {
        return all(folder, file -> garble(file, 0, Files.size(file)));
    }

    private static void garble(Path file, long position, long length) throws IOException {
        byte[] garbage = new byte[(int) length];
        new Random(length).nextBytes(garbage);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(position);
            open.write(garbage);
        }
    }

    /** Inverts some bits of one byte. */
    static void flip(Path file, long position, int bits) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(position);
            int before = open.read();
            open.seek(position);
            open.write(before ^ bits);
        }
    }

    /** Puts the same file or folder of another volume in its place. */
    static Damage exchange(String name) {
        return (volume, foreign) -> {
            FileTree.delete(volume.resolve(name));
            FileTree.copy(foreign.resolve(name), volume.resolve(name));
        };
    }

    /** Makes a folder of a file, and a file of a folder. */
    static Damage turnAround(String name) {
        return simple(name, Damage::turnAround);
    }

    static Damage turnAroundAllIn(String folder) {
        return all(folder, Damage::turnAround);
    }

    private static void turnAround(Path file) throws IOException {
        boolean wasFolder = Files.isDirectory(file);
        FileTree.delete(file);
        if (wasFolder) {
            Files.writeString(file, "no folder");
        } else {
            Files.createDirectory(file);
        }
    }
}
