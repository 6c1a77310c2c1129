package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CancellationToken;
import io.github.livededup.LiveDedup;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.ProgressListener;
import io.github.livededup.SavingsEstimate;
import io.github.livededup.SourceException;
import io.github.livededup.TransferOptions;
import io.github.livededup.engine.crashkit.model.ModelContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Estimates, beside a count that keeps every block. */
class EstimateTest extends EngineCase {
    private static List<SavingsEstimate> estimate(Path... files) throws IOException {
        return LiveDedup.estimate(List.of(files), ProgressListener.NONE, new CancellationToken());
    }

    private Path file(String name, byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return Files.write(temporary.resolve(name), all.toByteArray());
    }

    /** Counts what an estimate must say of some files at a block size: non-zero bytes and unique bytes. */
    private static long[] count(int blockSize, Path... files) throws IOException {
        Set<ByteBuffer> unique = new HashSet<>();
        long nonZero = 0;
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at += blockSize) {
                byte[] block =
                        Arrays.copyOf(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + blockSize)), blockSize);
                if (!ModelContent.isZero(block)) {
                    nonZero++;
                    unique.add(ByteBuffer.wrap(block));
                }
            }
        }
        return new long[] {nonZero * blockSize, (long) unique.size() * blockSize};
    }

    @Test
    void isExactAtEveryBlockSize() throws IOException {
        byte[] common = TestData.distinctBlocks(BLOCK, 1, 200);
        Path first = file("first", common, new byte[100 * BLOCK], TestData.distinctBlocks(BLOCK, 500, 70));
        Path second = file("second", new byte[16 * BLOCK], common, TestData.random(12_345, 7));
        List<SavingsEstimate> estimates = estimate(first, second);
        assertThat(estimates)
                .extracting(SavingsEstimate::blockSizeBytes)
                .containsExactly(4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10);
        for (SavingsEstimate estimate : estimates) {
            long[] expected = count(estimate.blockSizeBytes(), first, second);
            assertThat(estimate.logicalBytes()).isEqualTo(Files.size(first) + Files.size(second));
            assertThat(estimate.nonZeroBytes()).as("%s", estimate).isEqualTo(expected[0]);
            assertThat(estimate.uniqueBytes()).as("%s", estimate).isEqualTo(expected[1]);
            assertThat(estimate.storedBytes()).isBetween(1L, expected[1]);
        }
    }

    @Test
    void foreseesWhatAnImportStores() throws IOException {
        Path source = file("source", TestData.distinctBlocks(BLOCK, 1, 300), TestData.distinctBlocks(BLOCK, 100, 300));
        SavingsEstimate estimate = estimate(source).get(0);
        try (var volume = create()) {
            volume.images().importFile(source, "a", TransferOptions.defaults());
            assertThat(estimate.uniqueBytes()).isEqualTo(volume.statistics().uniqueBytes());
            assertThat(estimate.storedBytes()).isEqualTo(volume.statistics().storedBytes());
            assertThat(estimate.nonZeroBytes()).isEqualTo(volume.statistics().nonZeroBytes());
        }
    }

    @Test
    void nothingSavesNothing() throws IOException {
        for (SavingsEstimate estimate : estimate(file("empty"), file("zeros", new byte[1 << 20]))) {
            assertThat(estimate.logicalBytes()).isEqualTo(1 << 20);
            assertThat(estimate.nonZeroBytes()).isZero();
            assertThat(estimate.uniqueBytes()).isZero();
            assertThat(estimate.storedBytes()).isZero();
            assertThat(estimate.totalSaving()).isZero();
        }
        assertThat(estimate()).hasSize(5);
    }

    @Test
    void readsSparseFiles() throws IOException {
        Path sparse = temporary.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 50_000_000);
        }
        for (SavingsEstimate estimate : estimate(sparse)) {
            assertThat(estimate.logicalBytes()).isEqualTo(50_000_001);
            assertThat(estimate.uniqueBytes()).isEqualTo(estimate.blockSizeBytes());
        }
    }

    @Test
    void refusesWhatItCannotRead() throws IOException {
        Path good = file("good", TestData.block(BLOCK, 1));
        assertThatThrownBy(() -> estimate(good, temporary.resolve("absent"))).isInstanceOf(SourceException.class);
        assertThatThrownBy(() -> estimate(temporary)).isInstanceOf(SourceException.class);
    }

    @Test
    void tellsItsListenerAndStopsWhenCancelled() throws IOException {
        Path source = file("source", TestData.distinctBlocks(BLOCK, 1, 100));
        List<Progress> reports = Collections.synchronizedList(new ArrayList<>());
        LiveDedup.estimate(List.of(source), reports::add, new CancellationToken());
        Progress last = reports.get(reports.size() - 1);
        assertThat(last.operation()).isEqualTo("estimate");
        assertThat(last.bytesDone()).isEqualTo(100L * BLOCK);
        CancellationToken cancelled = new CancellationToken();
        cancelled.cancel();
        assertThatThrownBy(() -> LiveDedup.estimate(List.of(source), ProgressListener.NONE, cancelled))
                .isInstanceOf(OperationCancelledException.class);
    }
}
