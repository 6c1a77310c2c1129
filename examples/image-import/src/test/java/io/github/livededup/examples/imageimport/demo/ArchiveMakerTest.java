package io.github.livededup.examples.imageimport.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveMakerTest {
    private static final int FILES = 120;

    @TempDir
    Path directory;

    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = Files.createDirectories(directory.resolve("tree"));
        Random random = new Random(7);
        for (int i = 0; i < FILES; i++) {
            byte[] content = new byte[random.nextInt(20_000)];
            random.nextBytes(content);
            Path file = tree.resolve("d" + i % 5).resolve("f" + i);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        }
        byte[] sparse = new byte[3 << 20];
        sparse[sparse.length - 1] = 9;
        Files.write(tree.resolve("big"), sparse);
        Files.createSymbolicLink(tree.resolve("link"), tree.resolve("big"));
    }

    private List<Path> make(String name, long limit) throws IOException {
        Path target = Files.createDirectories(directory.resolve(name));
        return new DemoImages(limit, () -> false).make("x", tree, target, image -> {});
    }

    @Test
    void everyRunMakesTheSameTwoVersions() throws IOException {
        List<Path> first = make("first", Long.MAX_VALUE);
        List<Path> second = make("second", Long.MAX_VALUE);

        assertThat(first).hasSize(2);
        assertThat(Files.mismatch(first.get(0), second.get(0))).isEqualTo(-1);
        assertThat(Files.mismatch(first.get(1), second.get(1))).isEqualTo(-1);
        assertThat(Files.mismatch(first.get(0), first.get(1))).isNotEqualTo(-1);
    }

    @Test
    void versionsDifferByFilesAddedRemovedAndChanged() throws IOException {
        List<Path> images = make("images", Long.MAX_VALUE);
        Map<String, byte[]> before = read(images.get(0));
        Map<String, byte[]> after = read(images.get(1));

        List<String> removed = new ArrayList<>(before.keySet());
        removed.removeAll(after.keySet());
        List<String> added = new ArrayList<>(after.keySet());
        added.removeAll(before.keySet());
        List<String> changed = before.keySet().stream()
                .filter(after::containsKey)
                .filter(name -> !Arrays.equals(before.get(name), after.get(name)))
                .toList();
        assertThat(removed).isNotEmpty().hasSizeLessThan(FILES / 5);
        assertThat(added).isNotEmpty().hasSizeLessThan(FILES / 5);
        assertThat(changed).isNotEmpty().hasSizeLessThan(FILES / 3);
        for (String name : before.keySet()) {
            assertThat(before.get(name)).as(name).isEqualTo(Files.readAllBytes(tree.resolve(name)));
        }
    }

    @Test
    void theLimitBoundsAnImageAndLinksAreLeftOut() throws IOException {
        assertThat(SourceTree.list(tree, Long.MAX_VALUE)).hasSize(FILES + 1);
        List<SourceFile> some = SourceTree.list(tree, 100_000);
        assertThat(some.stream().mapToLong(SourceFile::lengthBytes).sum()).isBetween(80_000L, 100_000L);
        assertThat(SourceTree.list(tree, 100_000)).isEqualTo(some);
    }

    @Test
    void aFileThatShrankIsFilledUp() throws IOException {
        List<SourceFile> files = List.of(new SourceFile(tree.resolve("d0/f0"), "shrunk", 30_000));
        Path image = directory.resolve("shrunk.raw");
        new ArchiveMaker(Edition.FIRST, () -> false).write(files, image);
        assertThat(read(image).get("shrunk"))
                .hasSize(30_000)
                .startsWith(Files.readAllBytes(tree.resolve("d0/f0")))
                .endsWith(0, 0, 0);
    }

    @Test
    void anAbsentTreeMakesNothingAndACancelledRunStops() throws IOException {
        assertThat(new DemoImages(1, () -> false).make("x", directory.resolve("no"), directory, i -> {}))
                .isEmpty();
        DemoImages cancelled = new DemoImages(Long.MAX_VALUE, () -> true);
        assertThatThrownBy(() -> cancelled.make("x", tree, directory, i -> {}))
                .isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void comparisonFindsTheFirstDifference() throws IOException {
        FileComparison comparison = new FileComparison();
        byte[] bytes = new byte[(2 << 20) + 17];
        new Random(1).nextBytes(bytes);
        Path a = Files.write(directory.resolve("a"), bytes);
        Path b = Files.write(directory.resolve("b"), bytes);
        assertThat(comparison.firstDifference(a, b)).isEqualTo(-1);
        bytes[(1 << 20) + 5] ^= 1;
        Files.write(b, bytes);
        assertThat(comparison.firstDifference(a, b)).isEqualTo((1 << 20) + 5);
        Path longer = Files.write(directory.resolve("c"), Arrays.copyOf(Files.readAllBytes(a), bytes.length + 1));
        assertThat(comparison.firstDifference(a, longer)).isEqualTo(bytes.length);
    }

    /** Reads an archive the way its format says, and checks the alignment. */
    private static Map<String, byte[]> read(Path image) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(image));
        Map<String, byte[]> files = new TreeMap<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            assertThat(start % SparseWriter.BLOCK_BYTES).isZero();
            if (bytes.getLong() == 0) {
                break;
            }
            byte[] name = new byte[bytes.getInt()];
            byte[] content = new byte[(int) bytes.getLong()];
            bytes.get(name).position(start + SparseWriter.BLOCK_BYTES).get(content);
            bytes.position((bytes.position() + SparseWriter.BLOCK_BYTES - 1) & -SparseWriter.BLOCK_BYTES);
            files.put(new String(name, StandardCharsets.UTF_8), content);
        }
        return files;
    }
}
