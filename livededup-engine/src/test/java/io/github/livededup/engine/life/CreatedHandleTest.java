package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who creates an image gets a handle of that one, even if it is deleted before the creation is durable. */
@Timeout(120)
class CreatedHandleTest extends EngineCase {
    private static final int LATENCY_MILLIS = 1_500;

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> start(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (IOException | RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                })
                .start();
        return done;
    }

    private static boolean exists(Volume volume, String name) {
        try {
            return names(volume).contains(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aNumberThatIsGivenOutAgainIsNotMistakenForIt() throws Exception {
        FaultyDirectory disk = new FaultyDirectory(new MemoryDirectory());
        try (Volume volume = MemoryProvider.create(
                disk, OPTIONS.toBuilder().durability(Durability.EVERY_CALL).build())) {
            createImage(volume, "other", new byte[BLOCK]); // the first change has a force of its own
            disk.on(FileOperation.FORCE)
                    .ofAny(file -> file.startsWith("journal"))
                    .nth(0)
                    .then(Fault.latency(LATENCY_MILLIS));
            Image[] created = new Image[1];
            CompletableFuture<Void> first =
                    start(() -> created[0] = volume.images().create("first", BLOCK));
            Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> exists(volume, "first"));
            CompletableFuture<Void> deletion = start(() -> volume.images().delete("first"));
            Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> !exists(volume, "first"));
            CompletableFuture<Void> second =
                    start(() -> volume.images().create("second", 5L * BLOCK).close());
            CompletableFuture.allOf(first, deletion, second).get(60, TimeUnit.SECONDS);

            assertThatThrownBy(() -> created[0].write(ByteBuffer.wrap(new byte[] {42}), 0))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("first");
            assertThat(readImage(volume, "second")).isEqualTo(new byte[5 * BLOCK]);
        }
    }
}
