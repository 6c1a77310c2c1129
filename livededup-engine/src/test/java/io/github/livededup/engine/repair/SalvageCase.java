package io.github.livededup.engine.repair;

import io.github.livededup.Compression;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Volumes with known contents, one closed and one as a crash leaves it, to be copied, damaged and salvaged. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class SalvageCase {
    static final int BLOCK = 4096;
    static final VolumeOptions PLAIN = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .compression(Compression.NONE)
            .build();
    private static final Logger QUIET = Logger.getLogger("io.github.livededup");

    /** What the images hold, by name. */
    final Map<String, byte[]> contents = new TreeMap<>();

    Path closed;
    Path crashed;
    /** The volume of the test, and where what is salvaged goes. */
    Path volume;

    Path target;

    @BeforeAll
    void makeVolumes(@TempDir Path folder) throws IOException {
        QUIET.setLevel(Level.SEVERE);
        Path live = folder.resolve("live");
        try (Volume made = LiveDedup.create(live, PLAIN)) {
            create(made, "a", TestData.distinctBlocks(BLOCK, 1, 1_200));
            create(made, "b", TestData.distinctBlocks(BLOCK, 600, 900));
            create(made, "odd", Arrays.copyOf(TestData.blocks(BLOCK, 3, 0, 0, 4, 5_000), 4 * BLOCK + 77));
            create(made, "empty", new byte[0]);
            made.images().create("sparse", 1L << 40).close();
            snapshot(made, "a", "a-then");
            made.images().clone("b", "b2");
            contents.put("b2", contents.get("b").clone());
            write(made, "b2", 700, TestData.distinctBlocks(BLOCK, 30_000, 50));
        }
        try (Volume made = LiveDedup.open(live, PLAIN)) {
            // All of this is in the journal alone when the copy is taken.
            create(made, "late", TestData.distinctBlocks(BLOCK, 40_000, 300));
            write(made, "a", 10, TestData.distinctBlocks(BLOCK, 41_000, 5));
            snapshot(made, "late", "late-then");
            write(made, "late", 100, TestData.distinctBlocks(BLOCK, 42_000, 20));
            snapshot(made, "late", "late-then-2");
            discard(made, "late", 50, 100);
            discard(made, "b2", 0, 600);
            made.images().rename("odd", "strange");
            contents.put("strange", contents.remove("odd"));
            resize(made, "b", 800);
            made.images().delete("empty");
            contents.remove("empty");
            made.commit();
            crashed = folder.resolve("crashed");
            FileTree.copy(live, crashed);
        }
        closed = live;
        Path copy = folder.resolve("closed");
        FileTree.copy(closed, copy);
        closed = copy;
    }

    @BeforeEach
    void choose(@TempDir Path folder) throws IOException {
        volume = folder.resolve("volume");
        target = folder.resolve("target");
    }

    private void create(Volume made, String name, byte[] bytes) throws IOException {
        try (Image image = made.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
        contents.put(name, bytes);
    }

    private void snapshot(Volume made, String name, String snapshot) throws IOException {
        made.images().snapshot(name, snapshot);
        contents.put(snapshot, contents.get(name).clone());
    }

    private void write(Volume made, String name, int block, byte[] bytes) throws IOException {
        try (Image image = made.images().open(name)) {
            image.write(ByteBuffer.wrap(bytes), (long) block * BLOCK);
        }
        System.arraycopy(bytes, 0, contents.get(name), block * BLOCK, bytes.length);
    }

    private void discard(Volume made, String name, int block, int count) throws IOException {
        try (Image image = made.images().open(name)) {
            image.discard((long) block * BLOCK, (long) count * BLOCK);
        }
        Arrays.fill(contents.get(name), block * BLOCK, (block + count) * BLOCK, (byte) 0);
    }

    private void resize(Volume made, String name, int blocks) throws IOException {
        try (Image image = made.images().open(name)) {
            image.resize((long) blocks * BLOCK);
        }
        contents.put(name, Arrays.copyOf(contents.get(name), blocks * BLOCK));
    }

    final void use(Path original) throws IOException {
        FileTree.copy(original, volume);
    }

    final Path file(String name) {
        return volume.resolve(name);
    }
}
