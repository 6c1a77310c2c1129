package io.github.livededup.engine.repair;

import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.PageLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds places in the files of a volume, and damages them. */
final class DamagedFiles {
    static final int PAGE = PageLayout.PAGE_BYTES;

    private DamagedFiles() {}

    static void flip(Path file, long position) throws IOException {
        byte[] one = read(file, position, 1);
        one[0] ^= 0x10;
        write(file, position, one);
    }

    static byte[] read(Path file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(bytes, position);
        }
        return bytes.array();
    }

    static void write(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }

    /** Positions of the pages of a kind and level of the newest generations, the oldest first. */
    static List<Long> pages(Path metadata, int kind, int level) throws IOException {
        byte[] file = Files.readAllBytes(metadata);
        TreeMap<Long, List<Long>> byGeneration = new TreeMap<>();
        for (int at = 0; at + PAGE <= file.length; at += PAGE) {
            byte[] page = Arrays.copyOfRange(file, at, at + PAGE);
            int crc = Checksums.crc32c(page, 4, PAGE - 4);
            boolean isIntact =
                    ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).getInt() == crc;
            if (isIntact && ((page[4] & 0xFF) | ((page[5] & 0xFF) << 8)) == kind && page[7] == level) {
                byGeneration
                        .computeIfAbsent(PageLayout.generation(page), g -> new ArrayList<>())
                        .add((long) at);
            }
        }
        return byGeneration.values().stream().flatMap(List::stream).toList();
    }

    /** The position of bytes in a file. */
    static long find(Path file, byte[] wanted) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (bytes[at] == wanted[0] && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not in " + file);
    }

    /** A digest of all files, to show that none was changed. */
    static TreeMap<String, Integer> digest(Path volume) throws IOException {
        TreeMap<String, Integer> digest = new TreeMap<>();
        try (Stream<Path> files = Files.walk(volume)) {
            for (Path file : files.toList()) {
                digest.put(
                        volume.relativize(file).toString(),
                        Files.isDirectory(file) ? 0 : Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return digest;
    }
}
