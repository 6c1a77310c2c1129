package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.ForwardingDirectory;
import io.github.livededup.engine.crashkit.ForwardingFile;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Small commits one after the other: space is written ahead if somebody waits for them, and not if nobody does. */
class CommitStreamTest {
    private static final int BLOCK = 4096;
    private static final int COMMITS = 8;

    /** How often the system was told to begin to write: writes so small as here are only announced if they are ahead. */
    private final AtomicInteger ahead = new AtomicInteger();

    private Volume create(VolumeOptions.Builder options) throws IOException {
        ForwardingDirectory directory = new ForwardingDirectory(new MemoryDirectory()) {
            @Override
            protected VolumeFile wrap(String name, OpenMode mode, VolumeFile file) {
                return new ForwardingFile(file) {
                    @Override
                    public void startWriting(long positionBytes, long lengthBytes) {
                        assertThat(name).isEqualTo("blocks.dat");
                        ahead.incrementAndGet();
                    }
                };
            }
        };
        return MemoryProvider.create(
                directory,
                options.backgroundCompaction(BackgroundCompaction.OFF).build());
    }

    private interface Commit {
        void of(Volume volume, Image image) throws IOException;
    }

    private void stream(Durability durability, Commit commit) throws IOException {
        try (Volume volume = create(VolumeOptions.builder().durability(durability));
                Image image = volume.images().create("image", 1 << 20)) {
            for (int i = 0; i < COMMITS; i++) {
                image.write(ByteBuffer.wrap(TestData.block(BLOCK, i)), (long) i * BLOCK);
                commit.of(volume, image);
            }
            assertThat(volume.statistics().commits()).isGreaterThanOrEqualTo(COMMITS);
        }
    }

    @Test
    void ofTheVolume() throws IOException {
        stream(Durability.EXPLICIT, (volume, image) -> volume.commit());
        assertThat(ahead).hasValue(1);
    }

    @Test
    void ofAnImage() throws IOException {
        stream(Durability.EXPLICIT, (volume, image) -> image.flush());
        assertThat(ahead).hasValue(1);
    }

    @Test
    void ofEveryCall() throws IOException {
        stream(Durability.EVERY_CALL, (volume, image) -> {});
        assertThat(ahead).hasValue(1);
    }

    @Test
    void atAnIntervalNobodyWaitsForThem() throws IOException {
        VolumeOptions.Builder options =
                VolumeOptions.builder().durability(Durability.INTERVAL).commitInterval(Duration.ofMillis(5));
        try (Volume volume = create(options);
                Image image = volume.images().create("image", 1 << 20)) {
            for (int i = 0; i < COMMITS; i++) {
                image.write(ByteBuffer.wrap(TestData.block(BLOCK, i)), (long) i * BLOCK);
                long commits = volume.statistics().commits();
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> volume.statistics().commits() >= commits + 2);
            }
            assertThat(ahead).hasValue(0);
        }
    }
}
