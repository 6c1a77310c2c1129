package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BlockStore;
import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** What the contract suites share: each test has a new volume, which is verified and closed after it. */
@OverConfigurations
abstract class VolumeContract {
    @Parameter
    Configuration configuration;

    @TempDir
    Path temporary;

    Path directory;
    Volume volume;
    BlockStore blocks;
    ImageStore images;
    int blockSize;

    @BeforeEach
    void createVolume() throws IOException {
        directory = temporary.resolve("volume");
        blockSize = configuration.blockSizeBytes();
        use(configuration.create(directory));
    }

    @AfterEach
    void verifyAndClose() throws IOException {
        if (volume.isOpen()) {
            assertClean(VerifyLevel.FINGERPRINTS);
        }
        volume.close();
    }

    final void use(Volume opened) {
        volume = opened;
        blocks = opened.blocks();
        images = opened.images();
    }

    /** Closes the volume and opens it again. */
    final void reopen() throws IOException {
        volume.close();
        use(configuration.open(directory));
    }

    final void assertClean(VerifyLevel level) throws IOException {
        VerifyReport report = volume.verify(VerifyOptions.of(level));
        assertThat(report.problems()).isEmpty();
        assertThat(report.isClean()).isTrue();
        assertThat(report.level()).isEqualTo(level);
    }

    final byte[] block(long seed) {
        return TestData.block(blockSize, seed);
    }

    /** Puts a block and checks that its address is one. */
    final long put(byte[] block) throws IOException {
        long address = blocks.put(ByteBuffer.wrap(block)).address();
        assertThat(address).isPositive();
        return address;
    }

    final byte[] get(long address) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(blockSize);
        blocks.get(address, into);
        assertThat(into.hasRemaining()).isFalse();
        return into.array();
    }

    /** Creates an image with a content and closes its handle. */
    final void createImage(String name, byte[] bytes) throws IOException {
        try (Image image = images.create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    final byte[] readImage(String name) throws IOException {
        try (Image image = images.openReadOnly(name)) {
            return TestData.readAll(image);
        }
    }
}
