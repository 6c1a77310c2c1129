package io.github.livededup.engine.image;

import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.DeltaHeader;
import io.github.livededup.engine.format.DeltaLayout;
import io.github.livededup.engine.metadata.MapDiff;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.UUID;

/**
 * Writes what turns one image into another as a delta stream. Neither image changes meanwhile. Blocks in which the image or
 * its base ends are always sent: what they hold past the end may differ from volume to volume.
 */
final class DeltaExport implements ImageDiff.Visitor {
    private final BlockStoreCore store;
    private final DeltaOptions options;
    private final ProgressMeter meter;
    private final DeltaWriter writer;
    private final Workspace workspace;
    private final DeltaDigest baseDigest;
    private final SentBlocks sent = new SentBlocks();
    private final boolean asksForKnown;
    private final int blockSizeBytes;
    private final byte[] fingerprint;
    private final ByteBuffer fingerprintView;
    private final byte[] stored;
    private int storedCodec;
    private int storedBytes;

    private DeltaExport(
            BlockStoreCore store, DeltaOptions options, ProgressMeter meter, DeltaWriter writer, Workspace workspace) {
        this.store = store;
        this.options = options;
        this.meter = meter;
        this.writer = writer;
        this.workspace = workspace;
        baseDigest = new DeltaDigest(store);
        // Another block may have the same fingerprint, unless fingerprints are proof.
        asksForKnown = store.settings().fingerprint().isCryptographic();
        blockSizeBytes = store.settings().blockSizeBytes();
        fingerprint = new byte[store.settings().fingerprintBytes()];
        fingerprintView = ByteBuffer.wrap(fingerprint).asReadOnlyBuffer();
        stored = new byte[blockSizeBytes];
    }

    /**
     * Writes a stream.
     *
     * @param store the block store
     * @param baseId the base, or {@link MapDiff#NO_IMAGE}
     * @param imageId the image
     * @param name its name
     * @param channel receives the stream
     * @param options who is told, and what the receiver has
     * @param meter counts and cancels
     * @return what was written
     * @throws IOException if metadata or a block cannot be read, or the channel refuses
     */
    static DeltaResult run(
            BlockStoreCore store,
            int baseId,
            int imageId,
            String name,
            WritableByteChannel channel,
            DeltaOptions options,
            ProgressMeter meter)
            throws IOException {
        boolean hasBase = baseId != MapDiff.NO_IMAGE;
        DeltaHeader header = new DeltaHeader(
                UUID.randomUUID(),
                store.settings().blockSizeBytes(),
                store.settings().fingerprint(),
                hasBase,
                options.resultCheck(),
                hasBase ? store.metadata().imageSizeBytes(baseId) : 0,
                store.metadata().imageSizeBytes(imageId));
        Workspace workspace = store.workspaces().acquire();
        try {
            DeltaWriter writer = new DeltaWriter(channel, header, meter);
            DeltaExport export = new DeltaExport(store, options, meter, writer, workspace);
            export.sendChanges(header, baseId, imageId);
            byte[] resultDigest = options.resultCheck()
                    ? DeltaDigest.ofImage(store, imageId, header.imageBlocks(), meter)
                    : new byte[DeltaLayout.DIGEST_BYTES];
            writer.end(export.baseDigest.finish(), resultDigest);
            return new DeltaResult(
                    name,
                    writer.dataBlocks() + writer.referredBlocks(),
                    writer.dataBlocks(),
                    writer.referredBlocks(),
                    writer.holeBlocks(),
                    writer.streamBytes(),
                    meter.elapsed());
        } finally {
            store.workspaces().release(workspace);
        }
    }

    private void sendChanges(DeltaHeader header, int baseId, int imageId) throws IOException {
        EdgeBlocks edges = header.hasBase()
                ? EdgeBlocks.of(header.baseSizeBytes(), header.imageSizeBytes(), blockSizeBytes)
                : new EdgeBlocks(EdgeBlocks.NONE, EdgeBlocks.NONE);
        ImageDiff diff = new ImageDiff(store, baseId, imageId);
        long from = 0;
        while (from < header.imageBlocks()) {
            long edge = Math.min(edges.next(from), header.imageBlocks());
            diff.run(from, edge, this);
            if (edge < header.imageBlocks()) {
                store.metadata().readAddresses(imageId, edge, 1, workspace.addresses());
                send(edge, workspace.addresses()[0]);
            }
            from = edge + 1;
        }
    }

    @Override
    public void changed(long block, long baseAddress, long address) throws IOException {
        baseDigest.add(block, baseAddress);
        send(block, address);
    }

    private void send(long block, long address) throws IOException {
        meter.check();
        if (address == BlockAddress.HOLE) {
            writer.hole(block);
            meter.countBlocks(0, 0, 1);
        } else {
            sendData(block, address);
        }
        meter.advanceTo((block + 1) * blockSizeBytes);
    }

    private void sendData(long block, long address) throws IOException {
        long earlier = sent.find(address);
        if (earlier >= 0) {
            writer.repeat(block, earlier);
            meter.countBlocks(0, 1, 0);
            return;
        }
        store.lookup().fingerprint(address, fingerprint, 0);
        if (asksForKnown && options.known().contains(fingerprintView.clear())) {
            writer.known(block, fingerprint);
            meter.countBlocks(0, 1, 0);
        } else {
            store.lookup().stored(address, this::keep, workspace);
            writer.data(block, fingerprint, storedCodec, stored, storedBytes);
            meter.countBlocks(1, 0, 0);
        }
        sent.add(address, block);
    }

    private void keep(int codec, ByteBuffer buffer, int offset, int lengthBytes) {
        buffer.get(offset, stored, 0, lengthBytes);
        storedCodec = codec;
        storedBytes = lengthBytes;
    }
}
