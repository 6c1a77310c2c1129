package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the engine alone share: a folder, and what a sound volume can do. */
public abstract class EngineCase {
    /** The block size of volumes made with {@link #OPTIONS}. */
    protected static final int BLOCK = 4096;

    /** Block groups so small that a few MiB fill some. */
    protected static final VolumeOptions OPTIONS =
            VolumeOptions.builder().groupSizeBytes(1 << 20).build();

    /** Holds the volume and what else a test needs. */
    @TempDir
    protected Path temporary;

    /** Where the test's volume goes; absent at the start. */
    protected Path directory;

    @BeforeEach
    void chooseDirectory() {
        directory = temporary.resolve("volume");
    }

    /** Creates the test's volume. */
    protected final Volume create() throws IOException {
        return LiveDedup.create(directory, OPTIONS);
    }

    /** Opens the test's volume. */
    protected final Volume open() throws IOException {
        return LiveDedup.open(directory, OPTIONS);
    }

    /** Creates an image with a content. */
    protected static void createImage(Volume volume, String name, byte[] bytes) throws IOException {
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    /** All bytes of an image. */
    protected static byte[] readImage(Volume volume, String name) throws IOException {
        try (Image image = volume.images().openReadOnly(name)) {
            return TestData.readAll(image);
        }
    }

    /** The images' names. */
    protected static List<String> names(Volume volume) throws IOException {
        return volume.images().list().stream().map(ImageInfo::name).toList();
    }

    /** Verifies everything. */
    protected static void assertClean(Volume volume) throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .isEmpty();
    }

    /** Shows that a volume still stores, finds and gives back, and leaves nothing in it but dead blocks. */
    protected static void assertUsable(Volume volume) throws IOException {
        long uniqueBefore = volume.statistics().uniqueBlocks();
        byte[] block = TestData.block(volume.blockSizeBytes(), System.nanoTime());
        long address = volume.blocks().put(ByteBuffer.wrap(block)).address();
        createImage(volume, "usable", block);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(uniqueBefore + 1);
        volume.commit();
        assertThat(readImage(volume, "usable")).isEqualTo(block);
        volume.images().delete("usable");
        volume.blocks().release(address);
        volume.commit();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(uniqueBefore);
        assertClean(volume);
    }
}
