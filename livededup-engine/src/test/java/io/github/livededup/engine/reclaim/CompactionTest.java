package io.github.livededup.engine.reclaim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CancellationToken;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.PutBatch;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compaction of a volume on a disk: what it gives back, what it must keep, what it survives. */
class CompactionTest {
    private static final int BLOCK = 4096;
    private static final int IMAGE_BLOCKS = 600;
    /** How often it is looked whether something died. */
    private static final long BACKGROUND_MILLIS = 2_000;

    @TempDir
    Path temporary;

    private static VolumeOptions.Builder options() {
        return VolumeOptions.builder()
                .groupSizeBytes(1 << 20)
                .backgroundCompaction(BackgroundCompaction.OFF)
                .writeBufferBytes(0);
    }

    private Volume create(VolumeOptions.Builder options) throws IOException {
        return LiveDedup.create(temporary.resolve("volume"), options.build());
    }

    private static void put(Volume volume, String name, long seed) throws IOException {
        byte[] bytes = TestData.distinctBlocks(BLOCK, seed, IMAGE_BLOCKS);
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static void check(Volume volume, String name, long seed) throws IOException {
        try (Image image = volume.images().openReadOnly(name)) {
            assertThat(TestData.readAll(image)).isEqualTo(TestData.distinctBlocks(BLOCK, seed, IMAGE_BLOCKS));
        }
    }

    private static void verify(Volume volume) throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .isEmpty();
    }

    @Test
    void givesDeadGroupsBackWhole() throws IOException {
        try (Volume volume = create(options())) {
            put(volume, "a", 1_000);
            put(volume, "b", 2_000);
            put(volume, "c", 3_000);
            long before = volume.statistics().physicalBytes();
            long freed = volume.images().delete("b");
            CompactionResult result = volume.compact(CompactionOptions.defaults());
            assertThat(result.freedGroups() + result.rewrittenGroups()).isPositive();
            assertThat(result.skippedGroups()).isZero();
            assertThat(result.reclaimedBytes()).isGreaterThan(freed);
            assertThat(volume.statistics().physicalBytes()).isLessThan(before - freed * 9 / 10);
            assertThat(volume.statistics().deadBytes()).isLessThan(freed / 10);
            check(volume, "a", 1_000);
            check(volume, "c", 3_000);
            verify(volume);
        }
        try (Volume volume =
                LiveDedup.open(temporary.resolve("volume"), options().build())) {
            check(volume, "a", 1_000);
            check(volume, "c", 3_000);
            verify(volume);
            put(volume, "d", 2_000);
            check(volume, "d", 2_000);
            verify(volume);
        }
    }

    /** The streams of small writes and of the block store live as long as the volume, and compaction seals their groups. */
    @ParameterizedTest
    @ValueSource(longs = {0, 8 << 20})
    void writingGoesOnAfterTheOpenGroupDiedAndWasFreed(long writeBufferBytes) throws IOException {
        try (Volume volume = create(options().groupSizeBytes(8 << 20).writeBufferBytes(writeBufferBytes))) {
            for (int round = 0; round < 3; round++) {
                byte[] bytes = TestData.distinctBlocks(BLOCK, 1_000 * round, IMAGE_BLOCKS);
                try (Image image = volume.images().create("a", bytes.length)) {
                    for (int at = 0; at < bytes.length; at += BLOCK) {
                        image.write(ByteBuffer.wrap(bytes, at, BLOCK), at);
                    }
                    image.flush();
                    long address = volume.blocks()
                            .put(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, -1 - round, 1)))
                            .address();
                    volume.blocks().release(address);
                    assertThat(TestData.readAll(image)).isEqualTo(bytes);
                }
                volume.images().delete("a");
                assertThat(volume.compact(CompactionOptions.defaults()).freedGroups())
                        .isPositive();
                verify(volume);
            }
        }
    }

    @Test
    void rewritesGroupsThatAreHalfDeadWithoutChangingAnAddress() throws IOException {
        try (Volume volume = create(options())) {
            ByteBuffer blocks = ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 1, 2000));
            long[] addresses = new long[2000];
            for (int i = 0; i < addresses.length; i++) {
                blocks.limit((i + 1) * BLOCK);
                addresses[i] = volume.blocks().put(blocks).address();
            }
            for (int i = 0; i < addresses.length; i++) {
                if (i % 3 != 0) {
                    volume.blocks().release(addresses[i]);
                }
            }
            volume.commit();
            CompactionResult result = volume.compact(CompactionOptions.defaults());
            assertThat(result.rewrittenGroups()).isGreaterThan(2);
            assertThat(result.copiedBytes()).isPositive();
            ByteBuffer into = ByteBuffer.allocate(BLOCK);
            for (int i = 0; i < addresses.length; i += 3) {
                volume.blocks().get(addresses[i], into.clear());
                assertThat(into.array()).isEqualTo(TestData.block(BLOCK, 1 + i));
            }
            // What died is stored anew, not found where it was.
            byte[] dead = TestData.block(BLOCK, 2);
            assertThat(volume.blocks().put(ByteBuffer.wrap(dead)).isNew()).isTrue();
            verify(volume);
        }
    }

    @Test
    void compactsAgainAndAgainWithoutGrowing() throws IOException {
        try (Volume volume = create(options())) {
            long most = 0;
            for (int round = 0; round < 8; round++) {
                put(volume, "a" + round, 10_000L * round + 1);
                if (round > 1) {
                    volume.images().delete("a" + (round - 2));
                }
                volume.compact(CompactionOptions.defaults());
                long physical = volume.statistics().physicalBytes();
                most = round == 3 ? physical : most;
                if (round > 3) {
                    assertThat(physical).isLessThan(most * 5 / 4);
                }
                check(volume, "a" + round, 10_000L * round + 1);
            }
            verify(volume);
        }
    }

    @Test
    void aCrashAtAnyStepLosesNothing() throws IOException {
        List<Path> crashes = new ArrayList<>();
        try (Volume volume = create(options())) {
            put(volume, "a", 1_000);
            put(volume, "b", 2_000);
            try (Image image = volume.images().open("a")) {
                for (int block = 0; block < IMAGE_BLOCKS; block += 2) {
                    image.discard((long) block * BLOCK, BLOCK);
                }
            }
            volume.commit();
            AtomicInteger calls = new AtomicInteger();
            volume.compact(CompactionOptions.defaults().withListener(progress -> {
                Path crash = temporary.resolve("crash" + calls.incrementAndGet());
                crashes.add(crash);
                copy(volume.directory(), crash);
            }));
            Path after = temporary.resolve("after");
            crashes.add(after);
            copy(volume.directory(), after);
        }
        assertThat(crashes).hasSizeGreaterThan(1);
        for (Path crash : crashes) {
            try (Volume volume = LiveDedup.open(crash, options().build())) {
                check(volume, "b", 2_000);
                try (Image image = volume.images().openReadOnly("a")) {
                    for (int block = 0; block < IMAGE_BLOCKS; block++) {
                        byte[] expected = block % 2 == 0 ? new byte[BLOCK] : TestData.block(BLOCK, 1_000 + block);
                        assertThat(TestData.read(image, (long) block * BLOCK, BLOCK))
                                .isEqualTo(expected);
                    }
                }
                verify(volume);
                volume.compact(CompactionOptions.defaults());
                verify(volume);
            }
        }
    }

    private static void copy(Path from, Path to) {
        try {
            FileTree.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void isCancelledAndGoesOnLater() throws IOException {
        try (Volume volume = create(options())) {
            put(volume, "a", 1_000);
            put(volume, "b", 2_000);
            try (Image image = volume.images().open("a")) {
                image.discard(0, IMAGE_BLOCKS / 2L * BLOCK);
            }
            CancellationToken token = new CancellationToken();
            CompactionOptions options = CompactionOptions.defaults().withCancellation(token);
            token.cancel();
            assertThatThrownBy(() -> volume.compact(options)).isInstanceOf(OperationCancelledException.class);
            assertThat(volume.compact(CompactionOptions.defaults()).reclaimedBytes())
                    .isPositive();
            verify(volume);
        }
    }

    @Test
    void theListenerCompactsNothingItself() throws IOException {
        try (Volume volume = create(options())) {
            put(volume, "a", 1_000);
            put(volume, "b", 2_000);
            volume.images().delete("b");
            List<Throwable> thrown = new ArrayList<>();
            volume.compact(CompactionOptions.defaults()
                    .withListener(progress ->
                            thrown.add(catchThrowable(() -> volume.compact(CompactionOptions.defaults())))));
            assertThat(thrown)
                    .isNotEmpty()
                    .allSatisfy(refusal -> assertThat(refusal).isInstanceOf(IllegalStateException.class));
            check(volume, "a", 1_000);
            verify(volume);
        }
    }

    @Test
    void aFullVolumeIsBroughtBackByDeleting() throws IOException {
        long limit = 48L << 20;
        try (Volume volume =
                create(VolumeOptions.builder().maxPhysicalBytes(limit).writeBufferBytes(0))) {
            for (int round = 0; round < 3; round++) {
                int images = fill(volume, round);
                assertThat(images).as("images in round " + round).isGreaterThan(8);
                for (int i = 0; i < images; i++) {
                    check(volume, "r" + round + "-" + i, seed(round, i));
                    volume.images().delete("r" + round + "-" + i);
                }
                volume.commit();
            }
            verify(volume);
            assertThat(volume.statistics().reclaimedBytes()).isPositive();
        }
    }

    @Test
    void spaceComesBackByItself() throws Exception {
        BackgroundCompaction setting = new BackgroundCompaction(true, 0.2, 1L << 30);
        try (Volume volume = create(options().backgroundCompaction(setting))) {
            put(volume, "a", 1_000);
            put(volume, "b", 2_000);
            long before = volume.statistics().physicalBytes();
            long freed = volume.images().delete("b");
            Instant deadline = Instant.now().plusSeconds(60);
            while (volume.statistics().reclaimedBytes() < freed * 3 / 4) {
                assertThat(Instant.now()).isBefore(deadline);
                Thread.sleep(50);
            }
            assertThat(volume.statistics().physicalBytes()).isLessThan(before);
            check(volume, "a", 1_000);
            verify(volume);
        }
    }

    /** What died while another compaction was going on, which left it alone, is not forgotten: nothing else need die. */
    @Test
    void spaceComesBackByItselfAlsoAfterACompactionThatLeftIt() throws Exception {
        BackgroundCompaction setting = new BackgroundCompaction(true, 0.2, 1L << 30);
        try (Volume volume = create(options().backgroundCompaction(setting))) {
            PutBatch put = new PutBatch(1000);
            volume.blocks().putAll(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 1, 1000)), put);
            CountDownLatch going = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            Future<CompactionResult> other = onOtherThread(() -> volume.compact(
                    CompactionOptions.defaults().withMinDeadShare(1).withListener(progress -> {
                        going.countDown();
                        await(mayEnd);
                    })));
            await(going);
            for (int i = 0; i < 1000; i += 2) {
                volume.blocks().release(put.addresses()[i]);
            }
            Thread.sleep(2 * BACKGROUND_MILLIS + 500);
            assertThat(volume.statistics().reclaimedBytes()).isZero();
            mayEnd.countDown();
            assertThat(other.get(60, TimeUnit.SECONDS).rewrittenGroups()).isZero();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> volume.statistics().reclaimedBytes() > 1 << 20);
            verify(volume);
        }
    }

    private static <T> Future<T> onOtherThread(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        new Thread(future).start();
        return future;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void holdsToItsRate() throws IOException {
        try (Volume volume = create(options())) {
            put(volume, "a", 1_000);
            try (Image image = volume.images().open("a")) {
                image.discard(0, IMAGE_BLOCKS / 2L * BLOCK);
            }
            long rate = 4L << 20;
            CompactionResult result =
                    volume.compact(CompactionOptions.defaults().withBytesPerSecond(rate));
            assertThat(result.copiedBytes()).isPositive();
            assertThat(result.elapsed().toNanos() / 1e9).isGreaterThan(0.9 * result.copiedBytes() / rate);
        }
    }

    @Test
    void tellsOfLowSpaceOnceEachTime() throws IOException {
        List<Long> told = new ArrayList<>();
        VolumeOptions.Builder small = VolumeOptions.builder()
                .maxPhysicalBytes(48L << 20)
                .writeBufferBytes(0)
                .backgroundCompaction(BackgroundCompaction.OFF)
                .lowSpace(20L << 20, free -> {
                    told.add(free);
                    throw new IllegalStateException("a listener that fails harms nobody");
                });
        try (Volume volume = create(small)) {
            int images = fill(volume, 0);
            assertThat(told).hasSize(1);
            assertThat(told.get(0)).isLessThan(20L << 20);
            for (int i = 0; i < images; i++) {
                volume.images().delete("r0-" + i);
            }
            volume.compact(CompactionOptions.defaults());
            assertThat(volume.statistics().freeBytes()).isGreaterThan(20L << 20);
            fill(volume, 1);
            assertThat(told).hasSize(2);
        }
    }

    private static int fill(Volume volume, int round) throws IOException {
        for (int i = 0; ; i++) {
            try {
                put(volume, "r" + round + "-" + i, seed(round, i));
            } catch (VolumeFullException e) {
                volume.images().delete("r" + round + "-" + i);
                return i;
            }
        }
    }

    private static long seed(int round, int image) {
        return 1 + 1_000_000L * round + 1_000L * image;
    }

    @Test
    void readersOfSharedAndDyingBlocksSeeTheRightBytesMeanwhile() throws Exception {
        try (Volume volume = create(options())) {
            put(volume, "kept", 1_000);
            AtomicBoolean done = new AtomicBoolean();
            List<Throwable> failures = new ArrayList<>();
            Thread reader = new Thread(() -> {
                try {
                    while (!done.get()) {
                        check(volume, "kept", 1_000);
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            Thread writer = new Thread(() -> {
                try {
                    for (int round = 0; round < 12; round++) {
                        put(volume, "x", 5_000 + 300L * round); // half of it was stored the round before
                        check(volume, "x", 5_000 + 300L * round);
                        volume.images().delete("x");
                    }
                } catch (Throwable e) {
                    failures.add(e);
                } finally {
                    done.set(true);
                }
            });
            reader.start();
            writer.start();
            int compactions = 0;
            while (!done.get()) {
                volume.compact(CompactionOptions.defaults());
                compactions++;
            }
            reader.join();
            writer.join();
            assertThat(failures).isEmpty();
            assertThat(compactions).isPositive();
            verify(volume);
        }
    }
}
