package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.engine.life.Threads;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Renaming an image over another. */
class ReplaceContractTest extends VolumeContract {
    private List<String> names() throws IOException {
        return images.list().stream().map(ImageInfo::name).toList();
    }

    @Test
    void theOtherIsGoneAndGivesBackItsBlocks() throws IOException {
        createImage("new", block(1));
        createImage("old", block(2));
        volume.commit();
        long exclusive = images.exclusiveBytes("old");
        try (Image newer = images.open("new");
                Image older = images.open("old")) {
            assertThat(images.replace("new", "old")).isEqualTo(exclusive).isPositive();
            assertThat(newer.name()).isEqualTo("old");
            assertThatThrownBy(older::sizeBytes).isInstanceOf(NotFoundException.class);
        }
        assertThat(names()).containsExactly("old");
        assertThat(readImage("old")).isEqualTo(block(1));
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
        reopen();
        assertThat(readImage("old")).isEqualTo(block(1));
    }

    @Test
    void isARenameWhereNothingIsReplaced() throws IOException {
        createImage("a", block(1));
        assertThat(images.replace("a", "b")).isZero();
        assertThat(images.replace("b", "b")).isZero();
        assertThat(names()).containsExactly("b");
        assertThatThrownBy(() -> images.replace("a", "b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.replace("b", "/")).isInstanceOf(InvalidArgumentException.class);
        assertThat(readImage("b")).isEqualTo(block(1));
    }

    @Test
    void snapshotsReplaceAndAreReplaced() throws IOException {
        createImage("a", block(1));
        images.snapshot("a", "s");
        createImage("b", block(2));
        images.replace("s", "b");
        assertThat(images.info("b").isSnapshot()).isTrue();
        assertThat(readImage("b")).isEqualTo(block(1));
        images.replace("a", "b");
        assertThat(images.info("b").isSnapshot()).isFalse();
        assertThat(readImage("b")).isEqualTo(block(1));
    }

    @Test
    void theNameIsNeverMissing() throws Exception {
        createImage("current", block(0));
        AtomicBoolean done = new AtomicBoolean();
        Threads.run(2, thread -> {
            if (thread == 0) {
                try {
                    for (int i = 1; i <= 100; i++) {
                        createImage("next", block(i));
                        images.replace("next", "current");
                    }
                } finally {
                    done.set(true);
                }
            } else {
                while (!done.get()) {
                    assertThat(images.info("current").sizeBytes()).isEqualTo(blockSize);
                }
            }
            return null;
        });
        assertThat(readImage("current")).isEqualTo(block(100));
    }
}
