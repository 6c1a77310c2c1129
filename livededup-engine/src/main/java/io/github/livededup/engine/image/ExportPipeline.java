package io.github.livededup.engine.image;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.disk.TargetFile;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.ReadAhead;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Takes an image out: chunks of its map are read, verified and decompressed in parallel. Into a file they are written
 * where they belong, in any order and without the holes; into a channel in order, holes as zeros; into a device, which
 * holds anything at first, holes as zeros as well.
 */
abstract class ExportPipeline implements OrderedPipeline.Steps<ExportChunk> {
    private static final int AHEAD_BYTES = 2 * ExportChunk.CHUNK_BYTES;

    final BlockStoreCore store;
    final int imageId;
    final int blockSizeBytes;
    final long sizeBytes;
    final ProgressMeter meter;
    private final boolean wantsZeros;
    private final ReadAhead ahead;
    private long nextBlock;
    private long announcedTo;
    private long dataBytes;

    private ExportPipeline(BlockStoreCore store, int imageId, long sizeBytes, ProgressMeter meter, boolean wantsZeros) {
        this.store = store;
        this.imageId = imageId;
        this.sizeBytes = sizeBytes;
        this.meter = meter;
        this.wantsZeros = wantsZeros;
        ahead = store.readAhead(imageId);
        blockSizeBytes = store.settings().blockSizeBytes();
    }

    /**
     * Exports into a file of the image's size that is one hole.
     *
     * @return the bytes of data written
     */
    static long toFile(BlockStoreCore store, int imageId, long sizeBytes, TargetFile target, ProgressMeter meter)
            throws IOException {
        return new ToFile(store, imageId, sizeBytes, target, meter).run();
    }

    /**
     * Exports into a channel.
     *
     * @return the bytes of data among those written
     */
    static long toChannel(
            BlockStoreCore store, int imageId, long sizeBytes, WritableByteChannel channel, ProgressMeter meter)
            throws IOException {
        return new ToChannel(store, imageId, sizeBytes, channel, meter).run();
    }

    final long run() throws IOException {
        int workers = store.settings().workerThreads();
        new OrderedPipeline<>(this, workers * 2 + 1, () -> new ExportChunk(blockSizeBytes))
                .run(store.helpers(), workers);
        return dataBytes;
    }

    @Override
    public boolean take(ExportChunk chunk) throws IOException {
        meter.check();
        long endBlock = (sizeBytes + blockSizeBytes - 1) / blockSizeBytes;
        long first = wantsZeros ? nextBlock : store.metadata().nextMapped(imageId, nextBlock);
        if (first >= endBlock) {
            return false;
        }
        chunk.firstBlock = first;
        chunk.blocks = (int) Math.min(chunk.addresses.length, endBlock - first);
        chunk.lengthBytes = (int) Math.min((long) chunk.blocks * blockSizeBytes, sizeBytes - first * blockSizeBytes);
        nextBlock = first + chunk.blocks;
        announce(endBlock);
        return true;
    }

    /** Has the system fetch what the next chunks will need while this one is decoded. */
    private void announce(long endBlock) {
        long to = Math.min(endBlock, nextBlock + AHEAD_BYTES / blockSizeBytes);
        if (announcedTo < to) {
            announcedTo = ahead.announce(Math.max(announcedTo, nextBlock), to);
        }
    }

    @Override
    public void work(ExportChunk chunk) throws IOException {
        Workspace workspace = store.workspaces().acquire();
        int ticket = store.enterRead();
        try {
            store.metadata().readAddresses(imageId, chunk.firstBlock, chunk.blocks, chunk.addresses);
            for (int i = 0; i < chunk.blocks; i++) {
                readBlock(chunk, i, workspace);
            }
        } finally {
            store.exitRead(ticket);
            store.workspaces().release(workspace);
        }
    }

    private void readBlock(ExportChunk chunk, int index, Workspace workspace) throws IOException {
        int at = index * blockSizeBytes;
        if (chunk.addresses[index] != BlockAddress.HOLE) {
            store.reader().read(chunk.addresses[index], chunk.bytes, at, workspace);
        } else if (wantsZeros) {
            chunk.bytes.put(at, workspace.zeros(), 0, blockSizeBytes);
        }
    }

    /** Whether a block of the chunk goes to the target: a hole does only if the target does not read as zeros by itself. */
    final boolean isWritten(ExportChunk chunk, int index) {
        return wantsZeros || chunk.addresses[index] != BlockAddress.HOLE;
    }

    @Override
    public void finish(ExportChunk chunk) throws IOException {
        int data = 0;
        for (int i = 0; i < chunk.blocks; i++) {
            if (chunk.addresses[i] != BlockAddress.HOLE) {
                data++;
            }
        }
        // The image may end within its last block.
        boolean endsInData = chunk.addresses[chunk.blocks - 1] != BlockAddress.HOLE;
        int pastEnd = endsInData ? chunk.blocks * blockSizeBytes - chunk.lengthBytes : 0;
        dataBytes += (long) data * blockSizeBytes - pastEnd;
        meter.countBlocks(0, data, chunk.blocks - data);
        meter.advanceTo(chunk.firstBlock * blockSizeBytes + chunk.lengthBytes);
    }

    @Override
    public void interrupted() {
        meter.noteInterrupt();
    }

    private static final class ToFile extends ExportPipeline {
        private final TargetFile target;

        ToFile(BlockStoreCore store, int imageId, long sizeBytes, TargetFile target, ProgressMeter meter) {
            super(store, imageId, sizeBytes, meter, !target.startsAsZeros());
            this.target = target;
        }

        @Override
        public void work(ExportChunk chunk) throws IOException {
            super.work(chunk);
            int from = 0;
            while (from < chunk.blocks) {
                int to = from;
                while (to < chunk.blocks && isWritten(chunk, to)) {
                    to++;
                }
                if (to > from) {
                    writeRun(chunk, from, to);
                }
                from = to + 1;
            }
        }

        private void writeRun(ExportChunk chunk, int from, int to) throws IOException {
            int start = from * blockSizeBytes;
            int end = Math.min(to * blockSizeBytes, chunk.lengthBytes);
            ByteBuffer run = chunk.bytes.duplicate().limit(end).position(start);
            target.write(run, chunk.firstBlock * blockSizeBytes + start);
        }
    }

    private static final class ToChannel extends ExportPipeline {
        private final WritableByteChannel channel;
        private final ChannelGate gate = new ChannelGate();

        ToChannel(BlockStoreCore store, int imageId, long sizeBytes, WritableByteChannel channel, ProgressMeter meter) {
            super(store, imageId, sizeBytes, meter, true);
            this.channel = channel;
        }

        @Override
        public void finish(ExportChunk chunk) throws IOException {
            ByteBuffer all = chunk.bytes.duplicate().limit(chunk.lengthBytes).position(0);
            chunk.isLent = true;
            while (all.hasRemaining()) {
                if (writeSome(all) == 0) {
                    // A channel that does not block; there is nothing to wait on.
                    Thread.onSpinWait();
                }
            }
            super.finish(chunk);
        }

        private int writeSome(ByteBuffer bytes) throws IOException {
            gate.enter();
            try {
                meter.check();
                return channel.write(bytes);
            } catch (IOException e) {
                meter.check(); // an interrupt closes a channel
                throw e;
            } finally {
                gate.exit();
            }
        }

        @Override
        public void interrupted() {
            super.interrupted();
            gate.interrupt();
        }
    }
}
