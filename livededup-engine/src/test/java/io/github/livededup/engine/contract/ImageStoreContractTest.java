package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The catalogue: create, open, list, rename, delete. */
class ImageStoreContractTest extends VolumeContract {
    @Test
    void aNewImageIsOneHole() throws IOException {
        Instant before = Instant.now().minusSeconds(1);
        try (Image image = images.create("a", 100_001)) {
            assertThat(image.name()).isEqualTo("a");
            assertThat(image.sizeBytes()).isEqualTo(100_001);
            assertThat(image.isReadOnly()).isFalse();
            assertThat(TestData.readAll(image)).isEqualTo(new byte[100_001]);
        }
        ImageInfo info = images.info("a");
        assertThat(info.name()).isEqualTo("a");
        assertThat(info.sizeBytes()).isEqualTo(100_001);
        assertThat(info.mappedBlocks()).isZero();
        assertThat(info.created())
                .isBetween(before, Instant.now().plusSeconds(1))
                .isBeforeOrEqualTo(info.modified());
        assertThat(images.list()).containsExactly(info);
    }

    @Test
    void sizesGoFromNothingTo64TiB() throws IOException {
        try (Image empty = images.create("empty", 0)) {
            assertThat(empty.sizeBytes()).isZero();
            assertThat(empty.read(ByteBuffer.allocate(1), 0)).isEqualTo(-1);
            assertThat(empty.extents(0, Long.MAX_VALUE)).isEmpty();
        }
        long end = ImageStore.MAX_IMAGE_SIZE_BYTES;
        try (Image huge = images.create("huge", end)) {
            huge.write(ByteBuffer.wrap(block(1)), end - blockSize);
            huge.write(ByteBuffer.wrap(block(2)), end / 2);
            assertThat(TestData.read(huge, end - blockSize, blockSize)).isEqualTo(block(1));
            assertThat(TestData.read(huge, end / 2, blockSize)).isEqualTo(block(2));
            assertThat(TestData.read(huge, end / 2 - 100, 100)).isEqualTo(new byte[100]);
            assertThat(huge.extents(0, end)).hasSize(4);
            assertThatThrownBy(() -> huge.resize(end + 1)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> huge.resize(-1)).isInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> images.create("x", -1)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> images.create("x", end + 1)).isInstanceOf(InvalidArgumentException.class);
        assertThat(images.list()).extracting(ImageInfo::name).containsExactly("empty", "huge");
    }

    @Test
    void aNameIsTakenOnce() throws IOException {
        createImage("a", block(1));
        assertThatThrownBy(() -> images.create("a", 5))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("a");
        images.create("A", 5).close();
        assertThat(images.info("a").sizeBytes()).isEqualTo(blockSize);
        assertThat(readImage("a")).isEqualTo(block(1));
    }

    @Test
    void namesMayBeOfAnyScript() throws IOException {
        List<String> names = List.of(" ", "...", "a b", "a\\b", "image.raw", "äöü", "日本語", "🐧", "x".repeat(255));
        for (String name : names) {
            images.create(name, name.length()).close();
        }
        assertThat(images.list()).extracting(ImageInfo::name).containsExactlyInAnyOrderElementsOf(names);
        reopen();
        for (String name : names) {
            assertThat(images.info(name).sizeBytes()).isEqualTo(name.length());
        }
    }

    @Test
    void listsManyImagesByName() throws IOException {
        for (int i = 99; i >= 0; i--) {
            images.create("image-%02d".formatted(i), i).close();
        }
        List<ImageInfo> list = images.list();
        assertThat(list).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(list.get(i).name()).isEqualTo("image-%02d".formatted(i));
            assertThat(list.get(i).sizeBytes()).isEqualTo(i);
        }
    }

    @Test
    void knowsNoOtherImages() throws IOException {
        createImage("a", block(1));
        assertThatThrownBy(() -> images.open("b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.openReadOnly("b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.info("b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.statistics("b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.delete("b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.rename("b", "c")).isInstanceOf(NotFoundException.class);
        assertThat(images.list()).hasSize(1);
    }

    @Test
    void renamesUnderOpenHandles() throws IOException {
        createImage("a", block(1));
        createImage("b", block(2));
        try (Image image = images.open("a")) {
            assertThatThrownBy(() -> images.rename("a", "b")).isInstanceOf(AlreadyExistsException.class);
            images.rename("a", "c");
            assertThat(image.name()).isEqualTo("c");
            image.write(ByteBuffer.wrap(block(3)), 0);
        }
        assertThatThrownBy(() -> images.open("a")).isInstanceOf(NotFoundException.class);
        assertThat(readImage("c")).isEqualTo(block(3));
        assertThat(readImage("b")).isEqualTo(block(2));
        images.create("a", 1).close();
        assertThat(images.list()).extracting(ImageInfo::name).containsExactly("a", "b", "c");
    }

    @Test
    void deletesUnderOpenHandles() throws IOException {
        createImage("a", block(1));
        Image image = images.open("a");
        images.delete("a");
        assertThat(images.list()).isEmpty();
        createImage("a", block(2));
        assertThatThrownBy(image::name).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(image::sizeBytes).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(image::flush).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(image::channel).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> TestData.read(image, 0, 1)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> image.write(ByteBuffer.allocate(1), 0)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> image.resize(1)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> image.discard(0, 1)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> image.extents(0, 1)).isInstanceOf(NotFoundException.class);
        image.close();
        assertThat(readImage("a")).isEqualTo(block(2));
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
    }

    @Test
    void deletingFreesWhatNobodyElseReferences() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 2, 3, 4));
        createImage("b", TestData.blocks(blockSize, 3));
        long held = put(block(4));
        long exclusive = images.statistics("a").exclusiveBytes();
        long freed = images.delete("a");
        assertThat(freed).isEqualTo(exclusive).isPositive();
        if (configuration.storesRaw()) {
            assertThat(freed).isEqualTo(2L * blockSize);
        }
        volume.commit();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(2);
        assertThat(get(held)).isEqualTo(block(4));
        assertThat(readImage("b")).isEqualTo(block(3));
        assertThat(images.delete("b")).isPositive();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
    }

    @Test
    void deletingNothingButSharedBlocksFreesNothing() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 0, 2));
        createImage("b", TestData.blocks(blockSize, 2, 1));
        images.create("hole", 1 << 20).close();
        assertThat(images.delete("a")).isZero();
        assertThat(images.delete("hole")).isZero();
        assertThat(readImage("b")).isEqualTo(TestData.blocks(blockSize, 2, 1));
    }

    /** Also if the other's writes are still in memory when the image goes that was stored first. */
    @Test
    void blocksThatAnUnflushedWriteSharesAreNotFreed() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 0, 2));
        try (Image image = images.open("a")) {
            image.flush();
        }
        createImage("b", TestData.blocks(blockSize, 2, 1));
        assertThat(images.delete("a")).isZero();
        assertThat(readImage("b")).isEqualTo(TestData.blocks(blockSize, 2, 1));
    }

    /** The image that another takes the name of goes as a deleted one does. */
    @Test
    void blocksThatAnUnflushedWriteSharesAreNotFreedByReplacing() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 0, 2));
        try (Image image = images.open("a")) {
            image.flush();
        }
        createImage("b", TestData.blocks(blockSize, 2, 1));
        createImage("c", TestData.blocks(blockSize, 3));
        assertThat(images.replace("c", "a")).isZero();
        assertThat(readImage("b")).isEqualTo(TestData.blocks(blockSize, 2, 1));
        assertThat(readImage("a")).isEqualTo(block(3));
    }

    @Test
    void aHandleForReadingRefusesChanges() throws IOException {
        createImage("a", block(1));
        try (Image image = images.openReadOnly("a")) {
            assertThat(image.isReadOnly()).isTrue();
            assertThatThrownBy(() -> image.write(ByteBuffer.allocate(1), 0)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> image.resize(1)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> image.discard(0, 1)).isInstanceOf(ReadOnlyException.class);
            assertThat(TestData.readAll(image)).isEqualTo(block(1));
        }
    }

    @Test
    void modificationTimesFollowWrites() throws Exception {
        createImage("a", block(1));
        ImageInfo before = images.info("a");
        Thread.sleep(5);
        try (Image image = images.open("a")) {
            image.write(ByteBuffer.wrap(block(2)), 0);
        }
        ImageInfo after = images.info("a");
        assertThat(after.created()).isEqualTo(before.created());
        assertThat(after.modified()).isAfter(before.modified());
        assertThat(after.mappedBlocks()).isEqualTo(1);
    }
}
