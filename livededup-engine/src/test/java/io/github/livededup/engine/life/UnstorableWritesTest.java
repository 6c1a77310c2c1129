package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CorruptionException;
import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.metadata.ImageMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes kept in memory that cannot be stored, as a page of their image's map is damaged: those to other images are. */
class UnstorableWritesTest {
    private static final int BLOCK = 4096;
    private static final int IMAGE_BLOCKS = 600;

    private final MemoryDirectory memory = new MemoryDirectory();
    private final FaultyDirectory disk = new FaultyDirectory(memory);
    /** Of the map of the image that will be damaged. */
    private long firstPage;

    private static VolumeOptions.Builder options() {
        return VolumeOptions.builder().backgroundCompaction(BackgroundCompaction.OFF);
    }

    @BeforeEach
    void create() throws IOException {
        try (Volume volume = MemoryProvider.create(memory, options().build())) {
            for (String name : new String[] {"damaged", "good"}) {
                byte[] bytes = TestData.distinctBlocks(BLOCK, name.length() * 1_000L, IMAGE_BLOCKS);
                try (Image image = volume.images().create(name, bytes.length)) {
                    image.write(ByteBuffer.wrap(bytes), 0);
                }
            }
        }
        firstPage = findFirstPage(memory.copy());
    }

    /** Writes to both images, when the page of the one's map that holds its first block has been damaged on the disk. */
    private void write(Volume volume, Image damaged, Image good) throws IOException {
        good.write(ByteBuffer.wrap(TestData.block(BLOCK, 1)), 0);
        volume.commit();
        rotFirstPage();
        damaged.write(ByteBuffer.wrap(TestData.block(BLOCK, 2)), 0);
        good.write(ByteBuffer.wrap(TestData.block(BLOCK, 3)), 0);
    }

    /** Flips a bit of the page; once more, and it is whole again. */
    private void rotFirstPage() throws IOException {
        disk.rot("metadata.dat", firstPage * PageLayout.PAGE_BYTES + 1_000, 0);
    }

    /** The number of the page: what a reader of a disk whose reads all fail complains of. */
    private static long findFirstPage(MemoryDirectory copy) throws IOException {
        FaultyDirectory unreadable = new FaultyDirectory(copy);
        try (Volume volume = MemoryProvider.open(
                        unreadable, VolumeOptions.builder().readOnly(true).build());
                Image image = volume.images().openReadOnly("damaged")) {
            TestData.read(image, (IMAGE_BLOCKS - 1) * BLOCK, BLOCK); // the page above it is in memory now
            unreadable.on(FileOperation.READ).of("metadata.dat").then(Fault.bitFlip(1_000));
            Throwable thrown = catchThrowable(() -> TestData.read(image, 0, BLOCK));
            assertThat(thrown).isInstanceOf(CorruptionException.class);
            Matcher matcher = Pattern.compile("page (\\d+) \\(image map, level 0\\)")
                    .matcher(String.valueOf(thrown.getMessage()));
            assertThat(matcher.find()).as(thrown.getMessage()).isTrue();
            return Long.parseLong(matcher.group(1));
        }
    }

    /** On the disk that will be damaged; commits when it is told to. */
    private Volume openExplicit() throws IOException {
        return MemoryProvider.open(
                disk, options().durability(Durability.EXPLICIT).build());
    }

    /** Whether the write to the good image would be there after a crash now. */
    private boolean isKept() throws IOException {
        try (Volume volume = MemoryProvider.open(memory.copy(), options().build());
                Image good = volume.images().openReadOnly("good")) {
            return ByteBuffer.wrap(TestData.read(good, 0, BLOCK)).equals(ByteBuffer.wrap(TestData.block(BLOCK, 3)));
        }
    }

    @Test
    void aCommitStoresTheOthers() throws IOException {
        Volume volume = openExplicit();
        write(volume, volume.images().open("damaged"), volume.images().open("good"));
        assertThatThrownBy(volume::commit).isInstanceOf(CorruptionException.class);
        assertThat(isKept()).isTrue();
        assertThatThrownBy(volume::close).isInstanceOf(CorruptionException.class);
    }

    @Test
    void closingStoresTheOthers() throws IOException {
        Volume volume = openExplicit();
        write(volume, volume.images().open("damaged"), volume.images().open("good"));
        assertThatThrownBy(volume::close).isInstanceOf(CorruptionException.class);
        assertThat(isKept()).isTrue();
    }

    @Test
    void commitsAtAnIntervalGoOn() throws IOException {
        Volume volume = MemoryProvider.open(
                disk,
                options()
                        .durability(Durability.INTERVAL)
                        .commitInterval(Duration.ofMillis(20))
                        .build());
        Image damaged = volume.images().open("damaged");
        Image good = volume.images().open("good");
        write(volume, damaged, good);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(this::isKept);
        rotFirstPage();
        damaged.write(ByteBuffer.wrap(TestData.block(BLOCK, 5)), BLOCK);
        volume.close();
        try (Volume again = MemoryProvider.open(memory, options().build());
                Image image = again.images().openReadOnly("damaged")) {
            assertThat(TestData.read(image, 0, 2 * BLOCK)).isEqualTo(TestData.blocks(BLOCK, 2, 5));
        }
    }

    @Test
    void allAreListedAndCounted() throws IOException {
        Volume volume = openExplicit();
        write(volume, volume.images().open("damaged"), volume.images().open("good"));
        assertThat(volume.images().list()).hasSize(2);
        assertThat(volume.images().info("damaged").sizeBytes()).isEqualTo((long) IMAGE_BLOCKS * BLOCK);
        assertThat(volume.statistics().images()).isEqualTo(2);
        assertThatThrownBy(volume::close).isInstanceOf(CorruptionException.class);
    }

    @Test
    void othersAreDeletedAndImported() throws IOException {
        Volume volume = openExplicit();
        Image damaged = volume.images().open("damaged");
        Image good = volume.images().open("good");
        write(volume, damaged, good);
        byte[] bytes = importBlock(volume, "new", 7);
        assertThat(volume.images().delete("good")).isPositive();
        volume.compact(CompactionOptions.defaults());
        assertThatThrownBy(volume::close).isInstanceOf(CorruptionException.class);
        try (Volume again = MemoryProvider.open(memory, options().build());
                Image image = again.images().openReadOnly("new")) {
            assertThat(again.images().list()).hasSize(2);
            assertThat(TestData.readAll(image)).isEqualTo(bytes);
        }
    }

    private static byte[] importBlock(Volume volume, String name, long seed) throws IOException {
        byte[] bytes = TestData.block(BLOCK, seed);
        ReadableByteChannel channel = Channels.newChannel(new ByteArrayInputStream(bytes));
        volume.images().importChannel(channel, name, TransferOptions.defaults());
        return bytes;
    }

    @Test
    void othersAreWrittenThoughTheMemoryIsUsedUp() throws IOException {
        Volume volume = MemoryProvider.open(
                disk,
                options()
                        .durability(Durability.EXPLICIT)
                        .writeBufferBytes(16 * BLOCK)
                        .build());
        Image damaged = volume.images().open("damaged");
        Image good = volume.images().open("good");
        write(volume, damaged, good);
        for (int i = 1; i < 15; i++) {
            damaged.write(ByteBuffer.wrap(TestData.block(BLOCK, 10 + i)), (long) i * BLOCK);
        }
        byte[] written = TestData.distinctBlocks(BLOCK, 50, 40);
        for (int i = 0; i < 40; i++) {
            good.write(ByteBuffer.wrap(written, i * BLOCK, BLOCK), (long) i * BLOCK);
        }
        assertThat(TestData.read(good, 0, written.length)).isEqualTo(written);
        assertThatThrownBy(volume::close).isInstanceOf(CorruptionException.class);
        try (Volume again = MemoryProvider.open(memory, options().build());
                Image image = again.images().openReadOnly("good")) {
            assertThat(TestData.read(image, 0, written.length)).isEqualTo(written);
        }
    }

    @Test
    void whatTheMapStillTellsCanBeDiscarded() throws IOException {
        Volume volume = openExplicit();
        Image damaged = volume.images().open("damaged");
        Image good = volume.images().open("good");
        write(volume, damaged, good);
        long from = ImageMap.BLOCKS_PER_PAGE * (long) BLOCK;
        damaged.discard(from, damaged.sizeBytes() - from);
        assertThat(TestData.read(damaged, (int) from, BLOCK)).isEqualTo(new byte[BLOCK]);
        assertThatThrownBy(volume::close).isInstanceOf(CorruptionException.class);
    }
}
