package io.github.livededup.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random calls of channels and streams: those of an image, with and without a file system, answer as a file's do. */
class ChannelConformanceTest extends TwoProviders {
    private static final int CALLS = 400;
    private static final int LARGEST = 30_000;

    @ParameterizedTest
    @ValueSource(strings = {"READ", "WRITE", "READ,WRITE", "APPEND", "READ,WRITE,SYNC", "APPEND,DSYNC"})
    void channelsOfTheFileSystem(String options) throws IOException {
        long seed = Seeds.seed();
        Set<StandardOpenOption> set = new java.util.HashSet<>();
        Arrays.stream(options.split(",")).map(StandardOpenOption::valueOf).forEach(set::add);
        try (SeekableByteChannel expected = Files.newByteChannel(theirs.resolve("large"), set);
                SeekableByteChannel actual = Files.newByteChannel(ours.resolve("large"), set)) {
            compare(seed, expected, actual);
        }
        assertThat(Files.readAllBytes(ours.resolve("large")))
                .as("seed %d", seed)
                .isEqualTo(Files.readAllBytes(theirs.resolve("large")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void channelsOfAnImage(boolean readOnly, @TempDir Path temporary) throws IOException {
        long seed = Seeds.seed();
        Set<StandardOpenOption> set =
                readOnly ? Set.of(StandardOpenOption.READ) : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (Volume volume = LiveDedup.create(temporary.resolve("volume"), NioCase.SMALL)) {
            volume.images().create("large", 0).close();
            try (Image image = volume.images().open("large")) {
                image.append(ByteBuffer.wrap(LARGE));
            }
            try (Image image = readOnly
                            ? volume.images().openReadOnly("large")
                            : volume.images().open("large");
                    SeekableByteChannel actual = image.channel();
                    FileChannel expected = FileChannel.open(theirs.resolve("large"), set)) {
                compare(seed, expected, actual);
                assertThat(TestData.readAll(image))
                        .as("seed %d", seed)
                        .isEqualTo(Files.readAllBytes(theirs.resolve("large")));
            }
            NioCase.assertSound(volume);
        }
    }

    private static void compare(long seed, SeekableByteChannel expected, SeekableByteChannel actual) {
        Random random = new Random(seed);
        for (int call = 0; call < CALLS; call++) {
            long number = random.nextInt(10) == 0 ? random.nextInt(5) - 2 : random.nextInt(LARGEST);
            int length = random.nextInt(6) == 0 ? 0 : random.nextInt(9000);
            byte[] bytes = new byte[length];
            if (random.nextBoolean()) {
                random.nextBytes(bytes);
            }
            int kind = random.nextInt(8);
            boolean direct = random.nextBoolean();
            String wanted = answer(expected, kind, number, bytes, direct);
            assertThat(answer(actual, kind, number, bytes, direct))
                    .as("seed %d, call %d of kind %d", seed, call, kind)
                    .isEqualTo(wanted);
        }
    }

    private static String answer(SeekableByteChannel channel, int kind, long number, byte[] bytes, boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(bytes.length) : ByteBuffer.allocate(bytes.length);
        return Outcome.of(null, x -> switch (kind) {
            case 0, 1 -> {
                int count = channel.read(buffer);
                byte[] read = new byte[buffer.flip().remaining()];
                buffer.get(read);
                yield List.of(count, read);
            }
            case 2, 3 -> List.of(channel.write(buffer.put(bytes).flip()), buffer.remaining());
            case 4 -> channel.position(number).position();
            case 5 -> List.of(channel.position(), channel.size());
            case 6 -> List.of(channel.truncate(number).size(), channel.position());
            default -> channel.read(buffer.asReadOnlyBuffer());
        });
    }

    @Test
    void streamsOfAnImage(@TempDir Path temporary) throws IOException {
        long seed = Seeds.seed();
        Path file = theirs.resolve("large");
        try (Volume volume = LiveDedup.create(temporary.resolve("volume"), NioCase.SMALL);
                Image image = volume.images().create("large", 0);
                OutputStream toImage = image.outputStream(0);
                OutputStream toFile = Files.newOutputStream(file)) {
            Random random = new Random(seed);
            for (int i = 0; i < 100; i++) {
                byte[] bytes = new byte[random.nextInt(7000)];
                random.nextBytes(bytes);
                int from = random.nextInt(bytes.length + 1);
                int count = random.nextInt(bytes.length - from + 1);
                for (OutputStream out : List.of(toImage, toFile)) {
                    out.write(bytes, from, count);
                    out.write(i);
                }
            }
            try (InputStream fromImage = image.inputStream(0);
                    InputStream fromFile = Files.newInputStream(file)) {
                for (int i = 0; i < 300; i++) {
                    int kind = random.nextInt(5);
                    int length = random.nextInt(3000);
                    assertThat(read(fromImage, kind, length))
                            .as("seed %d, call %d of kind %d", seed, i, kind)
                            .isEqualTo(read(fromFile, kind, length));
                }
            }
            try (InputStream late = image.inputStream(image.sizeBytes() + 5)) {
                assertThat(late.read()).isEqualTo(-1);
            }
        }
    }

    private static String read(InputStream in, int kind, int length) {
        return Outcome.of(null, x -> switch (kind) {
            case 0 -> in.read();
            case 1 -> in.readNBytes(length);
            case 2 -> in.skip(length);
            case 3 -> in.available();
            default -> in.read(new byte[length]);
        });
    }
}
