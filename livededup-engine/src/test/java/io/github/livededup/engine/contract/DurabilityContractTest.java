package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.NotFoundException;
import io.github.livededup.PutBatch;
import io.github.livededup.SettingMismatchException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stays when a volume is closed and opened again. */
class DurabilityContractTest extends VolumeContract {
    @Test
    void anEmptyVolumeOpensAgain() throws IOException {
        for (int i = 0; i < 3; i++) {
            reopen();
            assertThat(images.list()).isEmpty();
            assertThat(volume.statistics().uniqueBlocks()).isZero();
            assertThat(volume.isOpen()).isTrue();
            assertThat(volume.directory()).isEqualTo(directory);
            assertThat(volume.blockSizeBytes()).isEqualTo(blockSize);
            assertThat(volume.fingerprintAlgorithm())
                    .isEqualTo(configuration.options().fingerprint().orElse(FingerprintAlgorithm.SHA_256));
        }
    }

    @Test
    void blocksAndReferencesStay() throws IOException {
        PutBatch batch = new PutBatch(200);
        blocks.putAll(ByteBuffer.wrap(TestData.distinctBlocks(blockSize, 1, 200)), batch);
        blocks.retain(batch.address(7));
        blocks.release(batch.address(8));
        byte[] fingerprint = blocks.fingerprint(ByteBuffer.wrap(block(10)));
        reopen();
        assertThat(blocks.references(batch.address(0))).isEqualTo(1);
        assertThat(blocks.references(batch.address(7))).isEqualTo(2);
        assertThat(blocks.references(batch.address(8))).isZero();
        assertThatThrownBy(() -> get(batch.address(8))).isInstanceOf(NotFoundException.class);
        for (int i : new int[] {0, 1, 7, 100, 199}) {
            assertThat(get(batch.address(i))).isEqualTo(block(i + 1));
        }
        assertThat(blocks.find(ByteBuffer.wrap(fingerprint))).hasValue(batch.address(9));
        assertThat(blocks.put(ByteBuffer.wrap(block(1))).address()).isEqualTo(batch.address(0));
        assertThat(blocks.put(ByteBuffer.wrap(block(500))).isNew()).isTrue();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(200);
    }

    @Test
    void imagesStay() throws IOException {
        byte[] bytes = TestData.distinctBlocks(blockSize, 1, 10);
        createImage("a", bytes);
        createImage("gone", TestData.distinctBlocks(blockSize, 100, 10));
        createImage("old", TestData.distinctBlocks(blockSize, 5, 10));
        images.create("hole", 1L << 40).close();
        images.delete("gone");
        images.rename("old", "new");
        try (Image image = images.open("a")) {
            image.resize(7L * blockSize + 11);
            image.discard(blockSize, blockSize);
        }
        List<ImageInfo> before = images.list();
        byte[] content = readImage("a");
        for (int i = 0; i < 2; i++) {
            reopen();
            assertThat(images.list()).isEqualTo(before);
            assertThat(readImage("a")).isEqualTo(content);
            assertThat(readImage("new")).isEqualTo(TestData.distinctBlocks(blockSize, 5, 10));
        }
    }

    @Test
    void figuresStay() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 2, 0, 2, 4));
        createImage("b", TestData.blocks(blockSize, 4, 5));
        put(block(6));
        VolumeStatistics before = volume.statistics();
        reopen();
        VolumeStatistics after = volume.statistics();
        assertThat(after.images()).isEqualTo(2);
        assertThat(after.uniqueBlocks()).isEqualTo(before.uniqueBlocks()).isEqualTo(5);
        assertThat(after.storedBytes()).isEqualTo(before.storedBytes());
        assertThat(after.logicalBytes()).isEqualTo(before.logicalBytes());
        assertThat(after.nonZeroBytes()).isEqualTo(before.nonZeroBytes()).isEqualTo(6L * blockSize);
    }

    @Test
    void changesGoOnAfterOpening() throws IOException {
        byte[] expected = new byte[20 * blockSize];
        createImage("a", expected);
        for (int round = 0; round < 5; round++) {
            try (Image image = images.open("a")) {
                for (int i = 0; i < 8; i++) {
                    byte[] bytes = TestData.random(blockSize, round * 100L + i);
                    int position = (round * 2 + i) * blockSize + round;
                    image.write(ByteBuffer.wrap(bytes), position);
                    System.arraycopy(bytes, 0, expected, position, bytes.length);
                }
            }
            assertClean(VerifyLevel.METADATA);
            reopen();
            assertThat(readImage("a")).isEqualTo(expected);
        }
    }

    @Test
    void aCommitNeedsNothingElse() throws IOException {
        createImage("a", block(1));
        volume.commit();
        volume.commit();
        try (Image image = images.open("a")) {
            image.write(ByteBuffer.wrap(block(2)), 0);
            image.flush();
            image.flush();
        }
        assertThat(readImage("a")).isEqualTo(block(2));
        assertThat(volume.statistics().commits()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void aSecondOpenerIsRefused() throws IOException {
        createImage("a", block(1));
        assertThatThrownBy(() -> configuration.open(directory)).isInstanceOf(VolumeLockedException.class);
        assertThatThrownBy(() -> configuration.openReadOnly(directory)).isInstanceOf(VolumeLockedException.class);
        assertThat(readImage("a")).isEqualTo(block(1));
    }

    @Test
    void formatOptionsMustFitWhenSet() throws IOException {
        createImage("a", block(1));
        volume.close();
        var other = blockSize == 16 << 10 ? 8 << 10 : 16 << 10;
        for (VolumeOptions.Builder wrong : List.of(
                VolumeOptions.builder().blockSizeBytes(other),
                VolumeOptions.builder().groupSizeBytes(512 << 20),
                VolumeOptions.builder()
                        .fingerprint(
                                volume.fingerprintAlgorithm() == FingerprintAlgorithm.BLAKE3
                                        ? FingerprintAlgorithm.SHA_256
                                        : FingerprintAlgorithm.BLAKE3))) {
            assertThatThrownBy(() -> configuration.provider().open(directory, wrong.build()))
                    .isInstanceOf(SettingMismatchException.class)
                    .hasMessageContaining("actual=");
        }
        use(configuration.provider().open(directory, VolumeOptions.defaults()));
        assertThat(readImage("a")).isEqualTo(block(1));
        assertThat(volume.blockSizeBytes()).isEqualTo(blockSize);
    }

    @Test
    void runTimeOptionsMayChange() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 20));
        volume.close();
        List<Configuration> others = Configuration.engines();
        for (int i = 0; i < others.size(); i++) {
            VolumeOptions other = others.get(i).options();
            VolumeOptions options = VolumeOptions.builder()
                    .compression(other.compression())
                    .durability(other.durability())
                    .indexBackend(other.indexBackend())
                    .memoryBudgetBytes(other.memoryBudgetBytes())
                    .verifyDuplicates(other.verifyDuplicates())
                    .workerThreads(other.workerThreads())
                    .build();
            use(configuration.provider().open(directory, options));
            createImage("b" + i, TestData.distinctBlocks(blockSize, 1, 21 + i));
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(21 + i);
            assertThat(readImage("a")).isEqualTo(TestData.distinctBlocks(blockSize, 1, 20));
            assertClean(VerifyLevel.FINGERPRINTS);
            volume.close();
        }
    }
}
