package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.LiveDedupException;
import io.github.livededup.NotFoundException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The directory of an open volume is deleted, moved away, or exchanged: typed exceptions, and nobody else's files touched. */
class DirectoryGoneTest extends EngineCase {
    /** Something that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    /** A typed exception or none. */
    private static void attempt(Step step) throws IOException {
        try {
            step.run();
        } catch (LiveDedupException e) {
            assertThat(e.resource()).isNotBlank();
        }
    }

    private static void useAll(Volume volume, byte[] known) throws IOException {
        attempt(() -> assertThat(readImage(volume, "a")).isEqualTo(known));
        attempt(() -> createImage(volume, "b", TestData.random(600 * BLOCK, 2)));
        attempt(volume::commit);
        attempt(() -> assertThat(readImage(volume, "b")).isEqualTo(TestData.random(600 * BLOCK, 2)));
        attempt(() -> volume.blocks().put(ByteBuffer.wrap(TestData.block(BLOCK, 77))));
        attempt(() -> volume.images().delete("a"));
        attempt(() -> volume.compact(CompactionOptions.defaults()));
        attempt(() -> assertThat(volume.statistics()).isNotNull());
        attempt(() -> assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS))
                        .isClean())
                .isFalse());
    }

    @Test
    void deleted() throws IOException {
        byte[] known = TestData.distinctBlocks(BLOCK, 1, 600);
        Volume volume = create();
        createImage(volume, "a", known);
        volume.commit();
        FileTree.delete(directory);
        useAll(volume, known);
        attempt(volume::close);
        assertThat(volume.isOpen()).isFalse();
        assertThat(directory).doesNotExist();
        assertThatThrownBy(this::open).isInstanceOf(NotFoundException.class);
    }

    @Test
    void movedAway() throws IOException {
        byte[] known = TestData.distinctBlocks(BLOCK, 1, 600);
        Path elsewhere = temporary.resolve("elsewhere");
        try (Volume volume = create()) {
            createImage(volume, "a", known);
            volume.commit();
            Files.move(directory, elsewhere);
            attempt(() -> assertThat(readImage(volume, "a")).isEqualTo(known));
            attempt(() -> createImage(volume, "b", TestData.random(600 * BLOCK, 2)));
            attempt(volume::commit);
        } catch (LiveDedupException e) {
            assertThat(e.resource()).isNotBlank();
        }
        try (Volume volume = LiveDedup.open(elsewhere, OPTIONS)) {
            assertThat(readImage(volume, "a")).isEqualTo(known);
            assertClean(volume);
            assertUsable(volume);
        }
    }

    @Test
    void exchangedForAnotherVolume() throws IOException {
        byte[] known = TestData.distinctBlocks(BLOCK, 1, 600);
        byte[] others = TestData.distinctBlocks(BLOCK, 5_000, 100);
        Path elsewhere = temporary.resolve("elsewhere");
        Path other = temporary.resolve("other");
        try (Volume volume = LiveDedup.create(other, OPTIONS)) {
            createImage(volume, "theirs", others);
        }
        Volume volume = create();
        createImage(volume, "a", known);
        volume.commit();
        Files.move(directory, elsewhere);
        Files.move(other, directory);
        attempt(() -> createImage(volume, "b", TestData.random(600 * BLOCK, 2)));
        attempt(volume::commit);
        attempt(volume::close);
        try (Volume theirs =
                LiveDedup.open(directory, VolumeOptions.builder().readOnly(true).build())) {
            assertThat(readImage(theirs, "theirs")).isEqualTo(others);
            assertClean(theirs);
        }
        try (Volume mine = LiveDedup.open(elsewhere, OPTIONS)) {
            assertThat(readImage(mine, "a")).isEqualTo(known);
            assertClean(mine);
        }
    }

    @Test
    void anImageHandleOutlivesItsName() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", TestData.block(BLOCK, 1));
            try (Image image = volume.images().open("a")) {
                FileTree.delete(directory);
                attempt(() -> assertThat(TestData.readAll(image)).isEqualTo(TestData.block(BLOCK, 1)));
                attempt(() -> image.write(ByteBuffer.wrap(TestData.block(BLOCK, 2)), 0));
                attempt(image::flush);
            }
        } catch (LiveDedupException e) {
            assertThat(e.resource()).isNotBlank();
        }
    }
}
