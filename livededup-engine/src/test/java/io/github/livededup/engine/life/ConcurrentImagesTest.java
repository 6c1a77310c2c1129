package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writers, readers and deletions on several images at the same time. */
@Timeout(120)
class ConcurrentImagesTest extends EngineCase {
    private static final int DELETIONS = 100;
    private static final int SIZE = 60 * BLOCK + 100;

    private Volume volume;

    @BeforeEach
    void createVolume() throws IOException {
        volume = create();
    }

    @AfterEach
    void closeVolume() throws IOException {
        assertClean(volume);
        volume.close();
    }

    @Test
    void imagesThatAreWrittenInTurnLieApart() throws IOException {
        int blocks = 50;
        try (Image one = volume.images().create("one", blocks * BLOCK);
                Image two = volume.images().create("two", blocks * BLOCK)) {
            for (int i = 0; i < blocks; i++) {
                one.write(ByteBuffer.wrap(TestData.block(BLOCK, 1 + i)), (long) i * BLOCK);
                two.write(ByteBuffer.wrap(TestData.block(BLOCK, 1001 + i)), (long) i * BLOCK);
            }
        }
        for (String name : List.of("one", "two")) {
            assertThat(volume.images().fragmentation(name).physicalExtents())
                    .as(name)
                    .isEqualTo(1);
        }
    }

    /** Writes at random places with commits in between, and gives what the image must hold. */
    private byte[] writeAtRandom(String name, long seed, int writes) throws IOException {
        Random random = new Random(seed);
        byte[] expected = new byte[SIZE];
        try (Image image = volume.images().open(name)) {
            for (int i = 0; i < writes; i++) {
                int position = random.nextInt(SIZE - 1);
                int length = 1 + random.nextInt(Math.min(5 * BLOCK, SIZE - position));
                // From few seeds, so that images share blocks.
                byte[] bytes = TestData.random(length, random.nextInt(20));
                if (random.nextInt(5) == 0) {
                    bytes = new byte[length];
                    image.discard(position, length);
                } else {
                    image.write(ByteBuffer.wrap(bytes), position);
                }
                System.arraycopy(bytes, 0, expected, position, length);
                if (i % 50 == 0) {
                    image.flush();
                }
            }
        }
        return expected;
    }

    @Test
    void writersOfSeveralImagesWithCommits() throws Exception {
        for (int i = 0; i < 4; i++) {
            volume.images().create("image-" + i, SIZE).close();
        }
        List<byte[]> expected = Threads.run(4, thread -> writeAtRandom("image-" + thread, thread, 400));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(readImage(volume, "image-" + i)).isEqualTo(expected.get(i));
            }
            assertClean(volume);
            volume.close();
            volume = open();
        }
    }

    @Test
    void writersOfOneImageKeepOutOfEachOthersBytes() throws Exception {
        // Each writer has bytes of its own in every block.
        int writers = 4;
        int blocks = 50;
        volume.images().create("a", (long) blocks * BLOCK).close();
        Threads.run(writers, writer -> {
            try (Image image = volume.images().open("a")) {
                for (int i = 0; i < 400; i++) {
                    int block = i % blocks;
                    byte[] bytes = new byte[BLOCK / writers];
                    Arrays.fill(bytes, (byte) (i / blocks + 1 + writer));
                    image.write(ByteBuffer.wrap(bytes), (long) block * BLOCK + writer * bytes.length);
                }
            }
            return null;
        });
        byte[] found = readImage(volume, "a");
        for (int at = 0; at < found.length; at++) {
            int writer = at % BLOCK / (BLOCK / writers);
            assertThat(found[at]).isEqualTo((byte) (7 + 1 + writer));
        }
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
    }

    @Test
    void aReaderSeesEachBlockWholeOrNotAtAll() throws Exception {
        volume.images().create("a", 4L * BLOCK).close();
        AtomicBoolean writing = new AtomicBoolean(true);
        CountDownLatch reading = new CountDownLatch(2);
        List<Integer> rounds = Threads.run(3, thread -> {
            int round = 0;
            try (Image image = volume.images().open("a")) {
                if (thread == 0) {
                    reading.await();
                    for (; round < 500; round++) {
                        image.write(ByteBuffer.wrap(filled(round % 100)), 0);
                    }
                    writing.set(false);
                }
                while (writing.get()) {
                    if (round == 0) {
                        reading.countDown(); // once for each reader
                    }
                    byte[] found = TestData.read(image, 0, 4 * BLOCK);
                    for (int at = 0; at < found.length; at += BLOCK) {
                        byte[] block = new byte[BLOCK];
                        Arrays.fill(block, found[at]);
                        assertThat(ByteBuffer.wrap(found, at, BLOCK)).isEqualTo(ByteBuffer.wrap(block));
                    }
                    round++;
                }
            }
            return round;
        });
        assertThat(rounds).allSatisfy(round -> assertThat(round).isPositive());
        assertThat(readImage(volume, "a")).isEqualTo(filled(99));
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[4 * BLOCK];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void deletionsUnderReadersAndWriters() throws Exception {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 50);
        Threads.run(4, thread -> {
            for (int i = 0; i < 60; i++) {
                String name = "image-" + i;
                if (thread == 0) {
                    createImage(volume, name, bytes);
                    Thread.yield();
                    volume.images().delete(name);
                } else {
                    useWhileItIsThere(name, bytes);
                }
            }
            return null;
        });
        assertThat(volume.images().list()).isEmpty();
        assertThat(volume.statistics().uniqueBlocks()).isZero();
    }

    /** Whoever is in the midst of a call when the image goes is told its name as well, though the catalogue forgot it. */
    @Test
    void aDeletedImageIsNamedInTheMidstOfACall() throws Exception {
        for (int i = 0; i < DELETIONS; i++) {
            String name = "image-" + i;
            volume.images().create(name, BLOCK).close();
            CountDownLatch asking = new CountDownLatch(3);
            Threads.run(4, thread -> {
                if (thread == 0) {
                    asking.await();
                    volume.images().delete(name);
                } else {
                    try (Image image = volume.images().open(name)) {
                        asking.countDown();
                        while (image.sizeBytes() == BLOCK) {
                            Thread.onSpinWait();
                        }
                    } catch (NotFoundException deleted) {
                        assertThat(deleted.getMessage()).contains(name);
                    }
                }
                return null;
            });
        }
    }

    private void useWhileItIsThere(String name, byte[] bytes) throws IOException {
        try (Image image = volume.images().open(name)) {
            for (int i = 0; i < 5; i++) {
                byte[] found = TestData.read(image, 10L * BLOCK, BLOCK);
                boolean isWritten = Arrays.equals(found, 0, BLOCK, bytes, 10 * BLOCK, 11 * BLOCK);
                assertThat(isWritten || Arrays.equals(found, new byte[BLOCK])).isTrue();
                image.write(ByteBuffer.wrap(bytes, 0, BLOCK), 20L * BLOCK);
            }
        } catch (NotFoundException deletedOrNotYetThere) {
            assertThat(deletedOrNotYetThere.getMessage()).contains(name);
        }
    }
}
