package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Fragmentation;
import io.github.livededup.Image;
import io.github.livededup.NotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How scattered images lie. */
class FragmentationContractTest extends VolumeContract {
    @Test
    void anEmptyVolumeHasNoExtents() throws IOException {
        images.create("hole", 1L << 40).close();
        assertThat(volume.fragmentation()).isEqualTo(new Fragmentation(0, 0, 0));
        assertThat(images.fragmentation("hole")).isEqualTo(new Fragmentation(0, 0, 0));
        assertThat(images.fragmentation("hole").sequentialShare()).isEqualTo(1);
        assertThatThrownBy(() -> images.fragmentation("none")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatWasWrittenInOrderLiesInOrder() throws IOException {
        int count = (3 << 20) / blockSize;
        createImage("a", TestData.distinctBlocks(blockSize, 1, count));
        Fragmentation fragmentation = images.fragmentation("a");
        assertThat(fragmentation.mappedBlocks()).isEqualTo(count);
        assertThat(fragmentation.mappedBytes()).isEqualTo((long) count * blockSize);
        assertThat(fragmentation.physicalExtents())
                .isBetween(1L, (long) volume.statistics().blockGroups());
        assertThat(images.statistics("a").physicalExtents()).isEqualTo(fragmentation.physicalExtents());
    }

    @Test
    void whatWasWrittenBackwardsIsScattered() throws IOException {
        try (Image image = images.create("a", 20L * blockSize)) {
            for (int block = 19; block >= 0; block--) {
                image.write(ByteBuffer.wrap(block(block + 1)), (long) block * blockSize);
                image.flush();
            }
        }
        assertThat(images.fragmentation("a").physicalExtents()).isEqualTo(20);
        assertThat(images.fragmentation("a").sequentialShare()).isZero();
    }

    @Test
    void holesBreakNoExtentAndBlocksInBetweenDo() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 0, 3, 0, 0, 5, 7));
        assertThat(images.fragmentation("a").physicalExtents()).isEqualTo(1);
        createImage("b", TestData.blocks(blockSize, 1, 5, 7));
        assertThat(images.fragmentation("b").physicalExtents()).isEqualTo(2);
        createImage("c", TestData.blocks(blockSize, 7, 7, 7, 1, 3, 5));
        assertThat(images.fragmentation("c").physicalExtents()).isEqualTo(4);
        assertThat(volume.fragmentation()).isEqualTo(new Fragmentation(13L * blockSize, 13, 7));
        images.delete("b");
        assertThat(volume.fragmentation().physicalExtents()).isEqualTo(5);
        reopen();
        assertThat(volume.fragmentation()).isEqualTo(new Fragmentation(10L * blockSize, 10, 5));
    }
}
