package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.Image;
import io.github.livededup.ImportResult;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Imports beside each other and beside readers and exports. */
@Timeout(120)
class ConcurrentImportTest extends EngineCase {
    private static final int COUNT = 3_000;

    private final TransferOptions options = TransferOptions.defaults();
    private final byte[] bytes = TestData.distinctBlocks(BLOCK, 1, COUNT);
    private Path file;
    private Volume volume;

    @BeforeEach
    void createVolume() throws IOException {
        file = Files.write(temporary.resolve("source"), bytes);
        volume = create();
    }

    @AfterEach
    void closeVolume() throws IOException {
        assertClean(volume);
        volume.close();
        try (Volume again = open()) {
            assertClean(again);
        }
    }

    @RepeatedTest(2)
    void equalImagesAreStoredOnce() throws Exception {
        List<ImportResult> results =
                Threads.run(4, thread -> volume.images().importFile(file, "image-" + thread, options));
        assertThat(results.stream().mapToLong(ImportResult::newBlocks).sum()).isEqualTo(COUNT);
        assertThat(results.stream().mapToLong(ImportResult::duplicateBlocks).sum())
                .isEqualTo(3L * COUNT);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(COUNT);
        for (int i = 0; i < 4; i++) {
            assertThat(readImage(volume, "image-" + i)).isEqualTo(bytes);
        }
        long freed = 0;
        for (int i = 0; i < 4; i++) {
            freed += volume.images().delete("image-" + i);
        }
        assertThat(freed).isPositive();
        assertThat(volume.statistics().uniqueBlocks()).isZero();
        assertThat(volume.statistics().storedBytes()).isZero();
    }

    @Test
    void overlappingImagesAreStoredOnce() throws Exception {
        Threads.run(4, thread -> {
            byte[] part = TestData.distinctBlocks(BLOCK, 1 + thread * 500L, 1_000);
            Path source = Files.write(temporary.resolve("part" + thread), part);
            return volume.images().importFile(source, "image-" + thread, options);
        });
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(2_500);
        for (int i = 0; i < 4; i++) {
            assertThat(readImage(volume, "image-" + i)).isEqualTo(TestData.distinctBlocks(BLOCK, 1 + i * 500L, 1_000));
        }
    }

    @Test
    void oneOfSeveralGetsTheName() throws Exception {
        List<Boolean> done = Threads.run(4, thread -> {
            try {
                volume.images().importFile(file, "a", options);
                return true;
            } catch (AlreadyExistsException e) {
                return false;
            }
        });
        assertThat(done).containsOnlyOnce(true);
        assertThat(names(volume)).containsExactly("a");
        assertThat(readImage(volume, "a")).isEqualTo(bytes);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(COUNT);
    }

    @Test
    void readersAndExportsGoOnBesideThem() throws Exception {
        volume.images().importFile(file, "old", options);
        AtomicBoolean importing = new AtomicBoolean(true);
        List<Integer> done = Threads.run(4, thread -> {
            if (thread == 0) {
                try {
                    importSeveral();
                } finally {
                    importing.set(false);
                }
                return 1;
            }
            int rounds = 0;
            do {
                switch (thread) {
                    case 1 -> readSomewhere(rounds);
                    case 2 -> assertExported();
                    default ->
                        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS))
                                        .problems())
                                .isEmpty();
                }
                rounds++;
            } while (importing.get());
            return rounds;
        });
        assertThat(done).allSatisfy(rounds -> assertThat(rounds).isPositive());
        assertThat(names(volume)).containsExactly("new-0", "new-1", "new-2", "old");
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(4L * COUNT);
    }

    private void importSeveral() throws IOException {
        for (int i = 0; i < 3; i++) {
            byte[] other = TestData.distinctBlocks(BLOCK, 10_000L * (i + 1), COUNT);
            Path source = Files.write(temporary.resolve("other"), other);
            volume.images().importFile(source, "new-" + i, options);
            assertThat(readImage(volume, "new-" + i)).isEqualTo(other);
        }
    }

    private void readSomewhere(int round) throws IOException {
        int position = round * 7_919 % (bytes.length - 10 * BLOCK);
        try (Image image = volume.images().open("old")) {
            ByteBuffer expected = ByteBuffer.wrap(bytes, position, 10 * BLOCK);
            assertThat(ByteBuffer.wrap(TestData.read(image, position, 10 * BLOCK)))
                    .isEqualTo(expected);
        }
    }

    private void assertExported() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        volume.images().exportChannel("old", Channels.newChannel(out), options);
        assertThat(out.toByteArray()).isEqualTo(bytes);
    }
}
