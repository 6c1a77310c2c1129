package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.NotFoundException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots, clones, exports and deletions while others write, rename and delete. */
class ConcurrentSnapshotsTest extends EngineCase {
    private static final int BLOCKS = 300;

    private Volume volume;

    @BeforeEach
    void createVolume() throws IOException {
        volume = create();
    }

    @AfterEach
    void close() throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .isEmpty();
        volume.close();
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[BLOCKS * BLOCK];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void assertFilled(byte[] bytes) {
        assertThat(bytes).hasSize(BLOCKS * BLOCK);
        assertThat(Arrays.mismatch(bytes, filled(bytes[0])))
                .as("first byte of another write")
                .isEqualTo(-1);
    }

    @Test
    void aCopyNeverFallsIntoTheMiddleOfAWrite() throws Exception {
        createImage(volume, "a", filled(1));
        AtomicBoolean copying = new AtomicBoolean(true);
        List<Integer> rounds = Threads.run(3, thread -> {
            int round = 0;
            if (thread == 0) {
                try (Image image = volume.images().open("a")) {
                    while (copying.get()) {
                        image.write(ByteBuffer.wrap(filled(1 + round++ % 100)), 0);
                    }
                }
            } else if (thread == 1) {
                while (copying.get()) {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    volume.images().exportChannel("a", Channels.newChannel(bytes), TransferOptions.defaults());
                    assertFilled(bytes.toByteArray());
                    round++;
                }
            } else {
                try {
                    for (; round < 100; round++) {
                        volume.images().snapshot("a", "s");
                        volume.images().clone("a", "c");
                        assertFilled(readImage(volume, "s"));
                        assertFilled(readImage(volume, "c"));
                        volume.images().delete("s");
                        volume.images().delete("c");
                    }
                } finally {
                    copying.set(false);
                }
            }
            return round;
        });
        assertThat(rounds).allSatisfy(round -> assertThat(round).isPositive());
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
    }

    @Test
    void aCopySeesEveryWriteThatReturned() throws Exception {
        volume.images().create("a", 4L * BLOCK).close();
        Threads.run(4, thread -> {
            try (Image image = volume.images().open("a")) {
                for (int i = 0; i < 60; i++) {
                    byte[] block = TestData.block(BLOCK, 1 + thread * 1000 + i);
                    image.write(ByteBuffer.wrap(block), (long) thread * BLOCK);
                    String name = "s-" + thread + "-" + i;
                    volume.images().snapshot("a", name);
                    try (Image snapshot = volume.images().open(name)) {
                        assertThat(TestData.read(snapshot, (long) thread * BLOCK, BLOCK))
                                .isEqualTo(block);
                    }
                    volume.images().delete(name);
                }
            }
            return null;
        });
    }

    @Test
    void namesInContention() throws Exception {
        createImage(volume, "n0", TestData.distinctBlocks(BLOCK, 1, 50));
        Threads.run(4, thread -> {
            Random random = new Random(thread);
            for (int i = 0; i < 300; i++) {
                String name = "n" + random.nextInt(4);
                String other = "n" + random.nextInt(4);
                try {
                    switch (random.nextInt(7)) {
                        case 0 -> volume.images().snapshot(name, other);
                        case 1 -> volume.images().clone(name, other);
                        case 2 -> volume.images().rename(name, other);
                        case 3 -> volume.images().delete(name);
                        case 4 -> createImage(volume, name, TestData.distinctBlocks(BLOCK, 1, 50));
                        case 5 -> volume.images().exclusiveBytes(name);
                        default -> {
                            try (Image image = volume.images().open(name)) {
                                if (!image.isReadOnly()) {
                                    image.write(ByteBuffer.wrap(TestData.block(BLOCK, 100 + i)), 7L * BLOCK);
                                }
                            }
                        }
                    }
                } catch (NotFoundException | AlreadyExistsException contended) {
                    assertThat(contended).isNotNull();
                }
            }
            return null;
        });
        for (ImageInfo image : volume.images().list()) {
            long exclusive = volume.images().exclusiveBytes(image.name());
            assertThat(volume.images().delete(image.name())).isEqualTo(exclusive);
        }
        assertThat(volume.statistics().uniqueBlocks()).isZero();
        assertUsable(volume);
    }

    @Test
    void aHugeDeletionHoldsNobodyUp() throws Exception {
        long stride = 508L * BLOCK;
        int pages = 6000;
        try (Image image = volume.images().create("huge", pages * stride)) {
            for (int i = 0; i < pages; i++) {
                image.write(ByteBuffer.wrap(TestData.block(BLOCK, i % 100 + 1)), i * stride);
            }
        }
        createImage(volume, "a", filled(1));
        AtomicBoolean deleting = new AtomicBoolean(true);
        List<Long> rounds = Threads.run(2, thread -> {
            if (thread == 0) {
                long freed = volume.images().delete("huge");
                deleting.set(false);
                return freed;
            }
            long round = 0;
            while (deleting.get()) {
                // The name is free at once, or the image still there.
                assertThat(names(volume)).contains("a");
                assertFilled(readImage(volume, "a"));
                round++;
            }
            return round;
        });
        System.out.println("reads of 1.2 MiB while 6000 map pages were deleted: " + rounds.get(1));
        assertThat(names(volume)).containsExactly("a");
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
    }
}
