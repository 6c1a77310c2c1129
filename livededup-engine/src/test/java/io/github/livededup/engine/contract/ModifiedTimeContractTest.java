package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Setting when an image was last changed. */
class ModifiedTimeContractTest extends VolumeContract {
    private static final Instant PAST = Instant.parse("2011-12-13T14:15:16.789Z");

    @Test
    void isKeptToTheMillisecondUntilTheNextWrite() throws IOException {
        try (Image image = images.create("a", blockSize)) {
            image.write(ByteBuffer.wrap(new byte[] {1}), 0);
            images.setModified("a", PAST.plusNanos(999));
            assertThat(images.info("a").modified()).isEqualTo(PAST);
            volume.commit();
            assertThat(images.info("a").modified()).isEqualTo(PAST);
            image.write(ByteBuffer.wrap(new byte[] {2}), 0);
            image.flush();
            assertThat(images.info("a").modified()).isAfter(PAST);
        }
    }

    @Test
    void survivesClosing() throws IOException {
        createImage("a", block(1));
        images.setModified("a", PAST);
        reopen();
        assertThat(images.info("a").modified()).isEqualTo(PAST);
        assertThat(readImage("a")).isEqualTo(block(1));
    }

    @Test
    void refusesWhatCannotBe() throws IOException {
        images.create("a", 0).close();
        assertThatThrownBy(() -> images.setModified("b", PAST)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.setModified("a", Instant.EPOCH.minusMillis(1)))
                .isInstanceOf(InvalidArgumentException.class);
        images.snapshot("a", "s");
        assertThatThrownBy(() -> images.setModified("s", PAST)).isInstanceOf(ReadOnlyException.class);
        assertThatThrownBy(() -> images.setModified("a", Instant.MAX)).isInstanceOf(InvalidArgumentException.class);
    }
}
