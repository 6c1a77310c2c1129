package io.github.livededup.engine.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BaseMismatchException;
import io.github.livededup.Compression;
import io.github.livededup.DeltaOptions;
import io.github.livededup.Extent;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.ImageStatistics;
import io.github.livededup.ImportResult;
import io.github.livededup.LiveDedup;
import io.github.livededup.RewritePolicy;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Deltas between volumes that are set otherwise, or in use. */
class DeltaBetweenVolumesTest extends DeltaCase {
    @Test
    void volumesMayGroupAndCompressAsTheyLike() throws IOException {
        List<VolumeOptions.Builder> settings = List.of(
                small(),
                small().compression(Compression.NONE),
                small().compression(Compression.LZ4_HC).groupSizeBytes(8 << 20));
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 400);
        for (VolumeOptions.Builder from : settings) {
            for (VolumeOptions.Builder to : settings) {
                Volume sender = create(from);
                Volume receiver = create(to);
                createImage(sender, "base", bytes);
                sender.images().clone("base", "image");
                write(sender, "image", 17L * BLOCK + 5, TestData.random(50 * BLOCK, 3));
                receive(receiver, null, "base", send(sender, null, "base"));
                receive(receiver, "base", "image", send(sender, "base", "image"));
                assertThat(read(receiver, "base")).isEqualTo(bytes);
                assertThat(read(receiver, "image")).isEqualTo(read(sender, "image"));
                ImageStatistics statistics = receiver.images().statistics("image");
                assertThat(statistics.distinctBlocks())
                        .isEqualTo(sender.images().statistics("image").distinctBlocks());
            }
        }
    }

    @Test
    void otherBlockSizesAndFingerprintsAreRefused() throws IOException {
        List<VolumeOptions.Builder> settings = List.of(
                small(),
                small().blockSizeBytes(64 << 10),
                small().fingerprint(FingerprintAlgorithm.BLAKE3),
                small().fingerprint(FingerprintAlgorithm.XXH3_128));
        for (VolumeOptions.Builder from : settings) {
            Volume sender = create(from);
            createImage(sender, "image", TestData.distinctBlocks(BLOCK, 1, 40));
            byte[] stream = send(sender, null, "image");
            for (VolumeOptions.Builder to : settings) {
                Volume receiver = create(to);
                if (from == to) {
                    receive(receiver, null, "image", stream);
                } else {
                    assertThatThrownBy(() -> receive(receiver, null, "image", stream))
                            .isInstanceOf(BaseMismatchException.class);
                    assertThat(names(receiver)).isEmpty();
                }
            }
        }
    }

    @Test
    void nobodyIsAskedForKnownBlocksIfFingerprintsProveNothing() throws IOException {
        Volume sender = create(small().fingerprint(FingerprintAlgorithm.XXH3_128));
        Volume receiver = create(small().fingerprint(FingerprintAlgorithm.XXH3_128));
        createImage(sender, "image", TestData.blocks(BLOCK, 1, 2, 1, 2, 1, 2));
        byte[] stream = send(sender, null, "image", DeltaOptions.defaults().withKnown(fingerprint -> {
            throw new AssertionError("asked");
        }));
        receive(receiver, null, "image", stream);
        assertThat(read(receiver, "image")).isEqualTo(read(sender, "image"));
    }

    @Test
    void aVolumeOpenForReadingSends() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        createImage(sender, "base", TestData.distinctBlocks(BLOCK, 1, 40));
        sender.images().clone("base", "image");
        write(sender, "image", 0, TestData.random(BLOCK, 777));
        byte[] image = read(sender, "image");
        sender.close();
        try (Volume readOnly = LiveDedup.open(
                temporary.resolve("volume-0"), small().readOnly(true).build())) {
            receive(receiver, null, "base", send(readOnly, null, "base"));
            receive(receiver, "base", "image", send(readOnly, "base", "image"));
            assertThat(readOnly.images().diff("base", "image", 0, Long.MAX_VALUE))
                    .hasSize(1);
        }
        assertThat(read(receiver, "image")).isEqualTo(image);
    }

    @Test
    void contentThatRecursIsSentOnce() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        byte[] run = TestData.distinctBlocks(BLOCK, 1, 100);
        try (Image image = sender.images().create("image", 5000L * BLOCK)) {
            for (int i = 0; i < 50; i++) {
                image.write(ByteBuffer.wrap(run), i * 100L * BLOCK);
            }
        }
        byte[] stream = send(sender, null, "image");
        receive(receiver, null, "image", stream);
        assertThat(read(receiver, "image")).isEqualTo(read(sender, "image"));
        createImage(sender, "run", run);
        // 49 runs take a record each.
        assertThat(stream.length).isLessThan(send(sender, null, "run").length + 50 * 24);
    }

    @Test
    void whatIsSentIsTheStateOfOneMoment() throws Exception {
        Volume sender = create(small());
        Volume receiver = create(small());
        int blocks = 300;
        createImage(sender, "base", TestData.distinctBlocks(BLOCK, 1, blocks));
        sender.images().clone("base", "image");
        receive(receiver, null, "base", send(sender, null, "base"));
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            Random random = new Random(5);
            try (Image image = sender.images().open("image")) {
                while (!done.get()) {
                    image.write(
                            ByteBuffer.wrap(TestData.random(BLOCK, random.nextInt())),
                            (long) random.nextInt(blocks) * BLOCK);
                    if (random.nextInt(20) == 0) {
                        image.discard((long) random.nextInt(blocks) * BLOCK, BLOCK);
                    }
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 20; i++) {
                // The digest over the whole image would tell if the image had changed under way.
                receive(receiver, "base", "image-" + i, send(sender, "base", "image"));
            }
        } finally {
            done.set(true);
            writer.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(names(sender)).containsExactly("base", "image");
        receive(receiver, "base", "image", send(sender, "base", "image"));
        assertThat(read(receiver, "image")).isEqualTo(read(sender, "image"));
    }

    @Test
    void imagesMayGoWhileTheyAreSent() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        createImage(sender, "image", TestData.distinctBlocks(BLOCK, 1, 500));
        byte[] image = read(sender, "image");
        byte[] stream = send(sender, null, "image", DeltaOptions.defaults().withKnown(fingerprint -> {
            if (names(sender).contains("image")) {
                sender.images().delete("image");
            }
            return false;
        }));
        receive(receiver, null, "image", stream);
        assertThat(read(receiver, "image")).isEqualTo(image);
        assertThat(names(sender)).isEmpty();
        assertThat(sender.statistics().uniqueBlocks()).isZero();
    }

    @Test
    void aDeadBlockIsKnownOrItIsNot() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 300);
        createImage(sender, "image", bytes);
        createImage(receiver, "dead", bytes);
        receiver.images().delete("dead");
        byte[] stream = send(sender, null, "image", DeltaOptions.defaults().withKnown(fingerprint -> true));
        try {
            receive(receiver, null, "image", stream);
            assertThat(read(receiver, "image")).isEqualTo(bytes);
        } catch (BaseMismatchException e) {
            assertThat(e).hasMessageContaining("known");
            assertThat(names(receiver)).isEmpty();
        }
    }

    @Test
    void theFirstMissingBlockIsNamed() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        createImage(sender, "image", TestData.blocks(BLOCK, 1, 2, 3, 4));
        createImage(receiver, "some", TestData.blocks(BLOCK, 1, 2));
        byte[] stream = send(sender, null, "image", DeltaOptions.defaults().withKnown(fingerprint -> true));
        assertThatThrownBy(() -> receive(receiver, null, "image", stream))
                .isInstanceOf(BaseMismatchException.class)
                .hasMessageContaining("block 2 ");
        assertThat(names(receiver)).containsExactly("some");
        assertThat(receiver.statistics().uniqueBlocks()).isEqualTo(2);
    }

    @Test
    void contentStoredTwiceIsEqualIfFingerprintsProveIt() throws IOException {
        for (FingerprintAlgorithm algorithm : FingerprintAlgorithm.values()) {
            Volume volume = create(small().fingerprint(algorithm));
            byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 200);
            createImage(volume, "base", bytes);
            // Every other block, so that runs are short.
            byte[] scattered = bytes.clone();
            for (int block = 1; block < 200; block += 2) {
                System.arraycopy(TestData.block(BLOCK, 1000 + block), 0, scattered, block * BLOCK, BLOCK);
            }
            ImportResult result = volume.images()
                    .importChannel(
                            Channels.newChannel(new ByteArrayInputStream(scattered)),
                            "image",
                            TransferOptions.defaults()
                                    .withRewrite(RewritePolicy.minimumRun(8).withMaxShare(1)));
            assertThat(result.rewrittenBlocks()).isEqualTo(100);
            long expected = algorithm.isCryptographic() ? 100 : 200;
            long differing = volume.images().diff("base", "image", 0, Long.MAX_VALUE).stream()
                    .mapToLong(Extent::lengthBytes)
                    .sum();
            assertThat(differing).isEqualTo(expected * BLOCK);
            receive(volume, "base", "copy", send(volume, "base", "image"));
            assertThat(read(volume, "copy")).isEqualTo(scattered);
        }
    }

    @Test
    void basesMayHoldOtherBytesBehindTheirEnd() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 3);
        createImage(sender, "base", bytes);
        try (Image image = sender.images().open("base")) {
            // The block keeps what is cut off.
            image.resize(2L * BLOCK + 100);
        }
        createImage(receiver, "base", Arrays.copyOf(bytes, 2 * BLOCK + 100));
        for (long size : new long[] {2L * BLOCK + 100, 2L * BLOCK + 50, 3L * BLOCK, 9L * BLOCK + 1, BLOCK, 5}) {
            String name = "image-" + size;
            sender.images().clone("base", name);
            try (Image image = sender.images().open(name)) {
                image.resize(size);
            }
            receive(receiver, "base", name, send(sender, "base", name));
            assertThat(read(receiver, name)).isEqualTo(read(sender, name));
        }
    }

    @Test
    void theBaseMayChangeOrGoWhileAStreamIsReceived() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        createImage(sender, "base", TestData.distinctBlocks(BLOCK, 1, 300));
        sender.images().clone("base", "image");
        write(sender, "image", 0, TestData.random(200 * BLOCK, 9));
        receive(receiver, null, "base", send(sender, null, "base"));
        byte[] stream = send(sender, "base", "image");
        ByteBuffer left = ByteBuffer.wrap(stream);
        ReadableByteChannel channel = new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                if (left.position() > stream.length / 2 && names(receiver).contains("base")) {
                    write(receiver, "base", 250L * BLOCK, new byte[5 * BLOCK]);
                    receiver.images().delete("base");
                }
                int count = Math.min(Math.min(10_000, left.remaining()), into.remaining());
                into.put(left.slice(left.position(), count));
                left.position(left.position() + count);
                return count == 0 ? -1 : count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        receiver.images().importDelta("base", "image", channel, TransferOptions.defaults());
        assertThat(names(receiver)).containsExactly("image");
        assertThat(read(receiver, "image")).isEqualTo(read(sender, "image"));
    }
}
