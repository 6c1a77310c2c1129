package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.BaseMismatchException;
import io.github.livededup.CancellationToken;
import io.github.livededup.CorruptionException;
import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImportResult;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.SourceException;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.util.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deltas from one volume to another. */
class DeltaContractTest extends VolumeContract {
    private static final TransferOptions DEFAULTS = TransferOptions.defaults();

    private Volume other;

    @BeforeEach
    void createOther() throws IOException {
        other = configuration.create(temporary.resolve("other"));
    }

    @AfterEach
    void verifyAndCloseOther() throws IOException {
        assertThat(other.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .isEmpty();
        other.close();
    }

    private record Sent(byte[] bytes, DeltaResult result) {}

    private Sent send(@Nullable String base, String name, DeltaOptions options) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DeltaResult result = images.exportDelta(base, name, Channels.newChannel(bytes), options);
        assertThat(result.name()).isEqualTo(name);
        assertThat(result.streamBytes()).isEqualTo(bytes.size());
        assertThat(result.changedBlocks()).isEqualTo(result.sentBlocks() + result.knownBlocks());
        return new Sent(bytes.toByteArray(), result);
    }

    private Sent send(@Nullable String base, String name) throws IOException {
        return send(base, name, DeltaOptions.defaults());
    }

    private static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    private ImportResult receive(@Nullable String base, String name, byte[] stream) throws IOException {
        ImportResult result = other.images().importDelta(base, name, channel(stream), DEFAULTS);
        assertThat(result.name()).isEqualTo(name);
        assertThat(result.logicalBytes()).isEqualTo(other.images().info(name).sizeBytes());
        return result;
    }

    private byte[] received(String name) throws IOException {
        try (Image image = other.images().openReadOnly(name)) {
            return TestData.readAll(image);
        }
    }

    private void write(String name, long positionBytes, byte[] bytes) throws IOException {
        try (Image image = images.open(name)) {
            image.write(ByteBuffer.wrap(bytes), positionBytes);
        }
    }

    private void change(Volume changed, String name, byte[] bytes) throws IOException {
        try (Image image = changed.images().open(name)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    @Test
    void aWholeImage() throws IOException {
        byte[] bytes = Arrays.copyOf(TestData.blocks(blockSize, 1, 2, 0, 0, 1, 1, 1, 2, 5), 9 * blockSize - 77);
        createImage("image", bytes);
        Sent sent = send(null, "image");
        assertThat(sent.result.changedBlocks()).isEqualTo(7);
        assertThat(sent.result.sentBlocks()).isEqualTo(3);
        assertThat(sent.result.holeBlocks()).isZero();
        ImportResult result = receive(null, "copy", sent.bytes);
        assertThat(result.nonZeroBlocks()).isEqualTo(7);
        assertThat(result.newBlocks()).isEqualTo(3);
        assertThat(result.duplicateBlocks()).isEqualTo(4);
        assertThat(received("copy")).isEqualTo(bytes);
        assertThat(other.images().info("copy").mappedBlocks()).isEqualTo(7);
    }

    @Test
    void emptyAndSparseImages() throws IOException {
        images.create("empty", 0).close();
        images.create("hole", 123_456_789).close();
        try (Image image = images.create("sparse", 1L << 40)) {
            image.write(ByteBuffer.wrap(block(1)), 1L << 39);
        }
        for (String name : List.of("empty", "hole", "sparse")) {
            receive(null, name, send(null, name).bytes);
            assertThat(other.images().info(name).sizeBytes())
                    .isEqualTo(images.info(name).sizeBytes());
        }
        try (Image image = other.images().open("sparse")) {
            assertThat(TestData.read(image, 1L << 39, blockSize)).isEqualTo(block(1));
            assertThat(image.extents(0, 1L << 40)).hasSize(3);
        }
    }

    @Test
    void aChainOfDeltas() throws IOException {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        createImage("v0", TestData.distinctBlocks(blockSize, 1000, 80));
        receive(null, "v0", send(null, "v0").bytes);
        long full = 0;
        for (int i = 1; i <= 10; i++) {
            String name = "v" + i;
            String base = "v" + (i - 1);
            images.clone(base, name);
            changeAtRandom(name, random);
            Sent delta = send(base, name);
            full = send(null, name).bytes.length;
            receive(base, name, delta.bytes);
            assertThat(received(name)).as("seed %d %s", seed, name).isEqualTo(readImage(name));
            assertThat(wholeBlocks(other, name)).as("seed %d %s", seed, name).isEqualTo(wholeBlocks(volume, name));
        }
        assertThat(full).isPositive();
        for (int i = 0; i <= 10; i += 3) {
            other.images().delete("v" + i);
        }
        assertThat(received("v10")).isEqualTo(readImage("v10"));
    }

    /** Data and holes up to the last whole block; behind an end within a block the stored bytes may be anything. */
    private List<Extent> wholeBlocks(Volume of, String name) throws IOException {
        try (Image image = of.images().open(name)) {
            return image.extents(0, image.sizeBytes() / blockSize * blockSize);
        }
    }

    private void changeAtRandom(String name, Random random) throws IOException {
        try (Image image = images.open(name)) {
            for (int i = 0; i < 6; i++) {
                long size = image.sizeBytes();
                long at = (long) (random.nextDouble() * size);
                switch (random.nextInt(6)) {
                    case 0 -> image.resize(blockSize + random.nextInt(120 * blockSize));
                    case 1 -> image.discard(at, Math.min(size - at, random.nextInt(20 * blockSize)));
                    case 2 -> image.resize((1L + random.nextInt(120)) * blockSize);
                    default -> {
                        int length = (int) Math.min(size - at, 1 + random.nextInt(4 * blockSize));
                        image.write(ByteBuffer.wrap(TestData.random(length, random.nextInt(5))), at);
                    }
                }
            }
        }
    }

    @Test
    void anyImageFromAnyOther() throws IOException {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "image-" + i;
            if (i < 2) {
                createImage(name, TestData.distinctBlocks(blockSize, 1, 30 + i));
            } else {
                images.clone(names.get(random.nextInt(i)), name);
            }
            changeAtRandom(name, random);
            names.add(name);
            receive(null, name, send(null, name).bytes);
        }
        for (String base : names) {
            for (String name : names) {
                String copy = base + " to " + name;
                receive(base, copy, send(base, name).bytes);
                assertThat(received(copy)).as("seed %d %s", seed, copy).isEqualTo(readImage(name));
                assertThat(other.images().diff(name, copy, 0, Long.MAX_VALUE)).isEmpty();
            }
        }
    }

    @Test
    void aDeltaIsSmall() throws IOException {
        createImage("base", TestData.distinctBlocks(blockSize, 1, 64));
        images.clone("base", "image");
        write("image", 5L * blockSize, TestData.blocks(blockSize, 500, 501));
        try (Image image = images.open("image")) {
            image.discard(20L * blockSize, 3L * blockSize);
        }
        Sent sent = send("base", "image");
        assertThat(sent.result.changedBlocks()).isEqualTo(2);
        assertThat(sent.result.sentBlocks()).isEqualTo(2);
        assertThat(sent.result.holeBlocks()).isEqualTo(3);
        assertThat(sent.bytes.length).isLessThan(3 * blockSize);
        receive(null, "base", send(null, "base").bytes);
        ImportResult result = receive("base", "image", sent.bytes);
        assertThat(result.newBlocks()).isEqualTo(2);
        assertThat(received("image")).isEqualTo(readImage("image"));
        Sent nothing = send("base", "base");
        assertThat(nothing.result.changedBlocks()).isZero();
        receive("base", "same", nothing.bytes);
        assertThat(received("same")).isEqualTo(readImage("base"));
    }

    @Test
    void anotherBaseIsFoundOut() throws IOException {
        createImage("base", TestData.blocks(blockSize, 1, 2, 3, 4, 5, 6));
        images.clone("base", "image");
        write("image", 2L * blockSize, TestData.blocks(blockSize, 33, 0));
        byte[] delta = send("base", "image").bytes;
        byte[] whole = send(null, "base").bytes;
        long[][] bases = {
            {1, 2, 99, 4, 5, 6}, {1, 2, 3, 0, 5, 6}, {1, 2, 0, 4, 5, 6}, {1, 2, 3, 99, 5, 6}, {1, 2, 3, 4, 5, 99},
            {99, 2, 3, 4, 5, 6}, {1, 0, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6, 7}, {1, 2, 3, 4, 5}, {1, 2, 4, 3, 5, 6}
        };
        for (int i = 0; i < bases.length; i++) {
            String base = "base-" + i;
            byte[] bytes = TestData.blocks(blockSize, bases[i]);
            other.images().create(base, bytes.length).close();
            change(other, base, bytes);
            assertThatThrownBy(() -> receive(base, "image", delta))
                    .as(Arrays.toString(bases[i]))
                    .isInstanceOf(BaseMismatchException.class);
            assertThat(names(other)).doesNotContain("image");
        }
        assertThatThrownBy(() -> receive(null, "image", delta)).isInstanceOf(BaseMismatchException.class);
        assertThatThrownBy(() -> receive("base-0", "image", whole)).isInstanceOf(BaseMismatchException.class);
        assertThat(names(other)).hasSize(bases.length);
        receive(null, "base", whole);
        receive("base", "image", delta);
        assertThat(received("image")).isEqualTo(readImage("image"));
    }

    private static List<String> names(Volume volume) throws IOException {
        return volume.images().list().stream().map(ImageInfo::name).toList();
    }

    @Test
    void changedRangesAreCheckedWithoutAResultCheck() throws IOException {
        createImage("base", TestData.blocks(blockSize, 1, 2, 3));
        images.clone("base", "image");
        write("image", blockSize, block(9));
        byte[] delta = send("base", "image", DeltaOptions.defaults().withResultCheck(false)).bytes;
        other.images().create("wrong", 3L * blockSize).close();
        assertThatThrownBy(() -> receive("wrong", "image", delta)).isInstanceOf(BaseMismatchException.class);
        receive(null, "base", send(null, "base", DeltaOptions.defaults().withResultCheck(false)).bytes);
        receive("base", "image", delta);
        assertThat(received("image")).isEqualTo(readImage("image"));
    }

    @Test
    void knownBlocksAreNotSent() throws IOException {
        assumeThat(volume.fingerprintAlgorithm().isCryptographic()).isTrue();
        createImage("image", TestData.distinctBlocks(blockSize, 1, 50));
        byte[] mostly = TestData.distinctBlocks(blockSize, 11, 40);
        other.images().create("other", mostly.length).close();
        change(other, "other", mostly);
        // What is kept in memory is not found.
        other.commit();
        DeltaOptions asking = DeltaOptions.defaults().withKnown(fingerprint -> {
            assertThat(fingerprint.isReadOnly()).isTrue();
            assertThat(fingerprint.remaining())
                    .isEqualTo(volume.fingerprintAlgorithm().lengthBytes());
            return other.blocks().find(fingerprint).isPresent();
        });
        Sent sent = send(null, "image", asking);
        assertThat(sent.result.knownBlocks()).isEqualTo(40);
        assertThat(sent.result.sentBlocks()).isEqualTo(10);
        ImportResult result = receive(null, "image", sent.bytes);
        assertThat(result.newBlocks()).isEqualTo(10);
        assertThat(result.duplicateBlocks()).isEqualTo(40);
        assertThat(received("image")).isEqualTo(readImage("image"));

        Sent wrong = send(null, "image", DeltaOptions.defaults().withKnown(fingerprint -> true));
        assertThat(wrong.result.sentBlocks()).isZero();
        receive(null, "again", wrong.bytes);
        createImage("more", TestData.distinctBlocks(blockSize, 49, 4));
        byte[] missing = send(null, "more", DeltaOptions.defaults().withKnown(fingerprint -> true)).bytes;
        assertThatThrownBy(() -> receive(null, "more", missing)).isInstanceOf(BaseMismatchException.class);
        assertThat(names(other)).containsExactly("again", "image", "other");
        assertThatThrownBy(() -> send(null, "image", DeltaOptions.defaults().withKnown(fingerprint -> {
                    throw new IOException("asked");
                })))
                .isInstanceOf(IOException.class)
                .hasMessage("asked");
    }

    @Test
    void streamsCutShortLeaveNothing() throws IOException {
        createImage("image", TestData.blocks(blockSize, 1, 2, 3));
        byte[] stream = send(null, "image").bytes;
        for (int length : new int[] {0, 1, 100, stream.length / 2, stream.length - 1}) {
            assertThatThrownBy(() -> receive(null, "image", Arrays.copyOf(stream, length)))
                    .isInstanceOf(CorruptionException.class);
        }
        assertThat(names(other)).isEmpty();
        assertThat(other.statistics().uniqueBlocks()).isZero();
    }

    @Test
    void nothingIsReadBehindTheEnd() throws IOException {
        createImage("image", TestData.blocks(blockSize, 1, 2, 3));
        byte[] stream = send(null, "image").bytes;
        byte[] twice = Arrays.copyOf(stream, 2 * stream.length);
        System.arraycopy(stream, 0, twice, stream.length, stream.length);
        ReadableByteChannel both = channel(twice);
        other.images().importDelta(null, "one", both, DEFAULTS);
        other.images().importDelta(null, "two", both, DEFAULTS);
        assertThat(both.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(both.isOpen()).isTrue();
        assertThat(received("two")).isEqualTo(readImage("image"));
    }

    @Test
    void namesAreChecked() throws IOException {
        createImage("image", block(1));
        byte[] stream = send(null, "image").bytes;
        receive(null, "image", stream);
        assertThatThrownBy(() -> receive(null, "image", stream)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> receive("none", "new", stream)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> send(null, "none")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> send("none", "image")).isInstanceOf(NotFoundException.class);
        assertThat(names(other)).containsExactly("image");
    }

    @Test
    void failingChannels() throws IOException {
        createImage("image", TestData.distinctBlocks(blockSize, 1, 10));
        byte[] stream = send(null, "image").bytes;
        IOException broken = new IOException("broken pipe");
        assertThatThrownBy(() -> images.exportDelta(
                        null, "image", new FailingChannel(50, stream, broken), DeltaOptions.defaults()))
                .isSameAs(broken);
        ReadableByteChannel failing = new FailingChannel(stream.length / 2, stream, broken);
        assertThatThrownBy(() -> other.images().importDelta(null, "image", failing, DEFAULTS))
                .isInstanceOf(SourceException.class)
                .hasCause(broken);
        assertThat(names(other)).isEmpty();
    }

    /** Gives and takes some bytes, then fails. */
    private static final class FailingChannel implements ReadableByteChannel, WritableByteChannel {
        private final byte[] bytes;
        private final int limit;
        private final IOException failure;
        private int position;

        FailingChannel(int limit, byte[] bytes, IOException failure) {
            this.limit = limit;
            this.bytes = bytes;
            this.failure = failure;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int count = count(into);
            into.put(bytes, position - count, count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            int count = count(from);
            from.position(from.position() + count);
            return count;
        }

        private int count(ByteBuffer buffer) throws IOException {
            if (position == limit) {
                throw failure;
            }
            int count = Math.min(Math.min(7, buffer.remaining()), limit - position);
            position += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void cancelling() throws IOException {
        createImage("image", TestData.distinctBlocks(blockSize, 1, 10));
        byte[] stream = send(null, "image").bytes;
        CancellationToken token = new CancellationToken();
        token.cancel();
        assertThatThrownBy(() -> send(null, "image", DeltaOptions.defaults().withCancellation(token)))
                .isInstanceOf(OperationCancelledException.class);
        assertThatThrownBy(() ->
                        other.images().importDelta(null, "image", channel(stream), DEFAULTS.withCancellation(token)))
                .isInstanceOf(OperationCancelledException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> other.images().importDelta(null, "image", channel(stream), DEFAULTS))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(names(other)).isEmpty();
    }

    @Test
    void progressEndsWithTheFigures() throws IOException {
        createImage("image", TestData.blocks(blockSize, 1, 2, 0, 2));
        List<Progress> reports = new ArrayList<>();
        byte[] stream = send(null, "image", DeltaOptions.defaults().withListener(reports::add)).bytes;
        Progress last = reports.get(reports.size() - 1);
        assertThat(last.bytesDone()).isEqualTo(4L * blockSize);
        assertThat(last.bytesTotal()).isEqualTo(4L * blockSize);
        reports.clear();
        other.images().importDelta(null, "image", channel(stream), DEFAULTS.withListener(reports::add));
        last = reports.get(reports.size() - 1);
        assertThat(last.bytesDone()).isEqualTo(4L * blockSize);
        assertThat(last.bytesTotal()).isEqualTo(4L * blockSize);
        assertThat(last.newBlocks()).isEqualTo(2);
        assertThat(last.duplicateBlocks()).isEqualTo(1);
    }

    @Test
    void anImportedDeltaIsDurable() throws IOException {
        createImage("image", TestData.blocks(blockSize, 1, 2, 3));
        receive(null, "image", send(null, "image").bytes);
        other.close();
        other = configuration.open(temporary.resolve("other"));
        assertThat(received("image")).isEqualTo(readImage("image"));
    }
}
