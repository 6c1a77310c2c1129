package io.github.livededup.engine.image;

import io.github.livededup.CancellationToken;
import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.ProgressListener;
import io.github.livededup.SavingsEstimate;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinter;
import io.github.livededup.engine.fingerprint.Fingerprinters;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.store.ZeroTest;
import io.github.livededup.engine.util.LongSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells what storing files would save, without storing them. Blocks are told apart by 64 bits of XXH3: among a hundred
 * million blocks that takes fewer than one for another.
 */
public final class SavingsEstimator implements OrderedPipeline.Steps<ImportChunk> {
    private static final int SMALLEST_BLOCK_BYTES = 4 << 10;
    private static final int LARGEST_BLOCK_BYTES = 64 << 10;

    private final ImportSource source;
    private final List<Curve> curves;
    private final ProgressMeter meter;
    private final long startBytes;

    private SavingsEstimator(ImportSource source, List<Curve> curves, ProgressMeter meter, long startBytes) {
        this.source = source;
        this.curves = curves;
        this.meter = meter;
        this.startBytes = startBytes;
    }

    /**
     * Estimates.
     *
     * @param files regular files, taken as one collection
     * @param listener told of progress
     * @param cancellation asked between chunks
     * @param helpers runs the other workers
     * @param workers threads in all
     * @return one estimate per block size, smallest first
     * @throws IOException if a file cannot be read or the work was cancelled
     */
    public static List<SavingsEstimate> estimate(
            List<Path> files, ProgressListener listener, CancellationToken cancellation, Executor helpers, int workers)
            throws IOException {
        List<Curve> curves = new ArrayList<>();
        for (int size = SMALLEST_BLOCK_BYTES; size <= LARGEST_BLOCK_BYTES; size *= 2) {
            curves.add(new Curve(size));
        }
        List<ImportSource> sources = new ArrayList<>();
        try {
            long totalBytes = 0;
            for (Path file : files) {
                ImportSource source = new FileImportSource(file, LARGEST_BLOCK_BYTES);
                sources.add(source);
                totalBytes += source.totalBytes();
            }
            ProgressMeter meter =
                    new ProgressMeter("estimate", files.size() + " files", totalBytes, listener, cancellation);
            long start = 0;
            for (ImportSource source : sources) {
                SavingsEstimator steps = new SavingsEstimator(source, curves, meter, start);
                new OrderedPipeline<>(steps, workers + 1, () -> new ImportChunk(LARGEST_BLOCK_BYTES, Long.BYTES))
                        .run(helpers, workers);
                start += source.sizeBytes();
            }
            meter.finish();
            long logicalBytes = totalBytes;
            return curves.stream().map(curve -> curve.estimate(logicalBytes)).toList();
        } finally {
            for (ImportSource source : sources) {
                source.close();
            }
        }
    }

    @Override
    public boolean take(ImportChunk chunk) throws IOException {
        meter.check();
        return source.take(chunk, meter);
    }

    @Override
    public void work(ImportChunk chunk) throws IOException {
        source.fill(chunk);
        int bytes = chunk.padToBlocks(LARGEST_BLOCK_BYTES) * LARGEST_BLOCK_BYTES;
        Fingerprinter fingerprinter =
                Fingerprinters.of(FingerprintAlgorithm.XXH3_128).newFingerprinter();
        BlockCodec codec = BlockCodec.of(Compression.LZ4_FAST);
        ByteBuffer scratch = ByteBuffer.allocate(LARGEST_BLOCK_BYTES);
        byte[] fingerprint = new byte[FingerprintAlgorithm.XXH3_128.lengthBytes()];
        for (Curve curve : curves) {
            curve.add(chunk.bytes, bytes, fingerprinter, codec, scratch, fingerprint);
        }
    }

    @Override
    public void finish(ImportChunk chunk) {
        meter.advanceTo(startBytes + chunk.positionBytes + chunk.lengthBytes);
    }

    /** The figures at one block size. */
    private static final class Curve {
        private final int blockSizeBytes;
        private final LongSet seen = new LongSet();
        private final LongAdder nonZeroBlocks = new LongAdder();
        private final LongAdder uniqueBlocks = new LongAdder();
        private final LongAdder storedBytes = new LongAdder();

        Curve(int blockSizeBytes) {
            this.blockSizeBytes = blockSizeBytes;
        }

        void add(
                ByteBuffer bytes,
                int lengthBytes,
                Fingerprinter fingerprinter,
                BlockCodec codec,
                ByteBuffer scratch,
                byte[] fingerprint) {
            for (int at = 0; at < lengthBytes; at += blockSizeBytes) {
                if (ZeroTest.isZero(bytes, at, blockSizeBytes)) {
                    continue;
                }
                nonZeroBlocks.increment();
                fingerprinter.digest(bytes, at, blockSizeBytes, fingerprint, 0);
                if (isNew(Bytes.longAt(fingerprint, 0))) {
                    int length = codec.compress(bytes, at, blockSizeBytes, scratch, 0);
                    uniqueBlocks.increment();
                    storedBytes.add(length < 0 ? blockSizeBytes : length);
                }
            }
        }

        private boolean isNew(long key) {
            synchronized (seen) {
                return seen.add(key);
            }
        }

        SavingsEstimate estimate(long logicalBytes) {
            return new SavingsEstimate(
                    blockSizeBytes,
                    logicalBytes,
                    nonZeroBlocks.sum() * blockSizeBytes,
                    uniqueBlocks.sum() * blockSizeBytes,
                    storedBytes.sum());
        }
    }
}
