package io.github.livededup.engine.image;

import io.github.livededup.ImportResult;
import io.github.livededup.engine.store.AppendStream;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Rewriter;
import io.github.livededup.engine.store.Workspace;
import io.github.livededup.engine.util.FlightRecording;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Brings a source into a hidden image: chunks are read, fingerprinted, looked up and compressed in parallel; then, in the
 * order of the source, appended and mapped. The order makes neighbours in the image neighbours in the block group.
 */
final class ImportPipeline implements OrderedPipeline.Steps<ImportChunk> {
    private final BlockStoreCore store;
    private final ImportSource source;
    private final int imageId;
    private final ProgressMeter meter;
    private final AppendStream stream;
    private final @Nullable Rewriter rewriter;
    private long nonZeroBlocks;
    private long storedBytes;

    private ImportPipeline(
            BlockStoreCore store,
            ImportSource source,
            int imageId,
            ProgressMeter meter,
            AppendStream stream,
            @Nullable Rewriter rewriter) {
        this.store = store;
        this.source = source;
        this.imageId = imageId;
        this.meter = meter;
        this.stream = stream;
        this.rewriter = rewriter;
    }

    /**
     * Runs an import to its end; the image is mapped, not yet published.
     *
     * @param store the block store
     * @param source read to its end, not closed
     * @param imageId the hidden image
     * @param name the name it will have
     * @param meter counts and cancels
     * @param rewriter decides which duplicates are stored anew, or null if none is
     * @return what was done
     * @throws IOException if anything fails; the caller deletes the hidden image
     */
    static ImportResult run(
            BlockStoreCore store,
            ImportSource source,
            int imageId,
            String name,
            ProgressMeter meter,
            @Nullable Rewriter rewriter)
            throws IOException {
        ImportEvent event = FlightRecording.isOn() ? ImportEvent.begun() : null;
        try (AppendStream stream = store.openStream()) {
            ImportPipeline steps = new ImportPipeline(store, source, imageId, meter, stream, rewriter);
            int workers = store.settings().workerThreads();
            new OrderedPipeline<>(
                            steps,
                            workers * 2 + 1,
                            () -> new ImportChunk(
                                    store.settings().blockSizeBytes(),
                                    store.settings().fingerprintBytes()))
                    .run(store.helpers(), workers);
            ImportResult result = steps.result(name);
            if (event != null) {
                event.record(result);
            }
            return result;
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
        int blocks = chunk.padToBlocks(store.settings().blockSizeBytes());
        Workspace workspace = store.workspaces().acquire();
        try {
            store.preparer().prepare(chunk.batch, chunk.bytes, 0, blocks, workspace);
        } finally {
            store.workspaces().release(workspace);
        }
    }

    @Override
    public void finish(ImportChunk chunk) throws IOException {
        Workspace workspace = store.workspaces().acquire();
        try {
            store.batches()
                    .settleAndMap(
                            chunk.batch,
                            stream,
                            rewriter,
                            imageId,
                            chunk.positionBytes / store.settings().blockSizeBytes(),
                            workspace);
        } finally {
            store.workspaces().release(workspace);
        }
        int present = chunk.batch.newBlocks() + chunk.batch.duplicateBlocks();
        nonZeroBlocks += present;
        storedBytes += chunk.batch.newStoredBytes();
        meter.countBlocks(chunk.batch.newBlocks(), chunk.batch.duplicateBlocks(), chunk.batch.zeroBlocks());
        meter.advanceTo(chunk.positionBytes + chunk.lengthBytes);
    }

    @Override
    public void interrupted() {
        meter.noteInterrupt();
        source.interrupt();
    }

    private ImportResult result(String name) {
        return new ImportResult(
                name,
                source.sizeBytes(),
                nonZeroBlocks,
                meter.newBlocks(),
                meter.duplicateBlocks(),
                rewriter == null ? 0 : rewriter.rewrittenBlocks(),
                storedBytes,
                meter.elapsed());
    }
}
