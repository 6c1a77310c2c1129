package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.NotFoundException;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Names that are wanted while an import is under way. */
class ImportRaceTest extends EngineCase {
    private final TransferOptions options = TransferOptions.defaults();
    private final byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 600);

    private CompletableFuture<Void> importInBackground(Volume volume, SlowChannel source, String name) {
        return CompletableFuture.runAsync(() -> {
            try {
                volume.images().importChannel(source, name, options);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void theNameOfARunningImportIsTaken() throws Exception {
        try (Volume volume = create()) {
            createImage(volume, "other", TestData.block(BLOCK, 9_000));
            SlowChannel source = new SlowChannel(bytes);
            CompletableFuture<Void> running = importInBackground(volume, source, "a");
            source.awaitReader();
            SlowChannel second = new SlowChannel(bytes);
            second.release();
            assertThatThrownBy(() -> volume.images().importChannel(second, "a", options))
                    .isInstanceOf(AlreadyExistsException.class);
            assertThatThrownBy(() -> volume.images().create("a", 1)).isInstanceOf(AlreadyExistsException.class);
            assertThatThrownBy(() -> volume.images().rename("other", "a")).isInstanceOf(AlreadyExistsException.class);
            source.release();
            running.get(120, TimeUnit.SECONDS);
            assertThat(names(volume)).containsExactly("a", "other");
            assertThat(readImage(volume, "a")).isEqualTo(bytes);
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(601);
            assertUsable(volume);
        }
    }

    @Test
    void aRunningImportIsNotSeen() throws Exception {
        try (Volume volume = create()) {
            SlowChannel source = new SlowChannel(bytes);
            CompletableFuture<Void> running = importInBackground(volume, source, "a");
            source.awaitReader();
            assertThat(volume.images().list()).isEmpty();
            assertThatThrownBy(() -> volume.images().open("a")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> volume.images().info("a")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> volume.images().delete("a")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> volume.images().rename("a", "b")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> volume.images().statistics("a")).isInstanceOf(NotFoundException.class);
            assertThat(volume.statistics().images()).isZero();
            assertThat(volume.statistics().logicalBytes()).isZero();
            volume.commit();
            assertClean(volume);
            source.release();
            running.get(120, TimeUnit.SECONDS);
            assertThat(names(volume)).containsExactly("a");
        }
    }

    @Test
    void aFailedImportGivesItsNameBack() throws Exception {
        try (Volume volume = create()) {
            SlowChannel source = new SlowChannel(bytes);
            source.failWith(new IOException("torn"));
            source.release();
            assertThatThrownBy(() -> volume.images().importChannel(source, "a", options))
                    .isInstanceOf(IOException.class);
            createImage(volume, "a", TestData.block(BLOCK, 1));
            assertThat(readImage(volume, "a")).isEqualTo(TestData.block(BLOCK, 1));
        }
    }
}
