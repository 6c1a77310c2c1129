package io.github.livededup.engine.image;

import io.github.livededup.BaseMismatchException;
import io.github.livededup.CorruptionException;
import io.github.livededup.ImportResult;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.DeltaHeader;
import io.github.livededup.engine.format.DeltaLayout;
import io.github.livededup.engine.metadata.MapDiff;
import io.github.livededup.engine.store.AppendStream;
import io.github.livededup.engine.store.BlockBatch;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Applies a delta stream to a hidden copy of its base. Whatever way a block comes, its bytes are brought together first and
 * go down the data path as any other's: its fingerprint is computed, compared with the stream's, and looked up. Records come
 * in the order of blocks, so what the copy holds at a record's blocks is still the base's, and what it holds before them
 * is final.
 */
final class DeltaImport {
    /** Blocks of the base that one step of a long unmapping lets go of. */
    private static final long UNMAP_STEP_BLOCKS = 1 << 16;

    private final BlockStoreCore store;
    private final DeltaReader reader;
    private final DeltaHeader header;
    private final int imageId;
    private final String name;
    private final ProgressMeter meter;
    private final AppendStream stream;
    private final Workspace workspace;
    private final EdgeBlocks edges;
    private final DeltaDigest baseDigest;
    /** Finds what the copy maps. */
    private final ImageDiff mapped;

    private final int blockSizeBytes;
    private final int fingerprintBytes;

    /** Fingerprints the stream tells of the blocks in the staging buffer. */
    private final byte[] expected;
    /** Whether it tells one. */
    private final boolean[] isExpected = new boolean[Workspace.BATCH_BLOCKS];

    /** Whether writes that the volume kept in memory were stored, so that the index knows them. */
    private boolean storedPending;

    /** The blocks at an end below this one were named. */
    private long namedTo;

    private long pendingBlock;
    private int pending;
    private long dataBlocks;
    private long storedBytes;

    private DeltaImport(
            BlockStoreCore store,
            DeltaReader reader,
            int imageId,
            String name,
            ProgressMeter meter,
            AppendStream stream,
            Workspace workspace) {
        this.store = store;
        this.reader = reader;
        this.imageId = imageId;
        this.name = name;
        this.meter = meter;
        this.stream = stream;
        this.workspace = workspace;
        header = reader.header();
        blockSizeBytes = header.blockSizeBytes();
        fingerprintBytes = store.settings().fingerprintBytes();
        edges = EdgeBlocks.of(header.baseSizeBytes(), header.imageSizeBytes(), blockSizeBytes);
        baseDigest = new DeltaDigest(store);
        mapped = new ImageDiff(store, MapDiff.NO_IMAGE, imageId);
        expected = new byte[Workspace.BATCH_BLOCKS * fingerprintBytes];
    }

    /**
     * Applies a stream to its end; the image is mapped and has its size, and is not yet published.
     *
     * @param store the block store
     * @param reader the stream, its header read and checked
     * @param imageId the hidden image, mapped as the base, or a hole without one; of the new size already
     * @param name the name it will have
     * @param meter counts and cancels
     * @return what was done
     * @throws IOException if anything fails; the caller deletes the hidden image
     */
    static ImportResult run(BlockStoreCore store, DeltaReader reader, int imageId, String name, ProgressMeter meter)
            throws IOException {
        Workspace workspace = store.workspaces().acquire();
        try (AppendStream stream = store.openStream()) {
            DeltaImport steps = new DeltaImport(store, reader, imageId, name, meter, stream, workspace);
            steps.applyAll();
            return steps.result();
        } finally {
            store.workspaces().release(workspace);
        }
    }

    /**
     * Checks that a stream can be applied to a base.
     *
     * @param header the stream's header
     * @param store the block store
     * @param name the name the image will have
     * @param baseSizeBytes the base's size, negative without one
     * @throws BaseMismatchException if it cannot
     */
    static void check(DeltaHeader header, BlockStoreCore store, String name, long baseSizeBytes)
            throws BaseMismatchException {
        match(name, "block size", header.blockSizeBytes(), store.settings().blockSizeBytes());
        match(name, "fingerprint", header.fingerprint(), store.settings().fingerprint());
        match(name, "base", header.hasBase() ? "one" : "none", baseSizeBytes < 0 ? "none" : "one");
        match(name, "size of the base", header.baseSizeBytes(), Math.max(0, baseSizeBytes));
    }

    private static void match(String name, String what, Object ofStream, Object own) throws BaseMismatchException {
        if (!ofStream.equals(own)) {
            throw new BaseMismatchException(name, what + ": actual=" + own + " expected=" + ofStream);
        }
    }

    private void applyAll() throws IOException {
        int type;
        do {
            meter.check();
            type = reader.next();
            switch (type) {
                case DeltaLayout.DATA -> data();
                case DeltaLayout.KNOWN -> known();
                case DeltaLayout.REPEAT -> repeat();
                case DeltaLayout.HOLE -> hole();
                default -> end();
            }
        } while (type != DeltaLayout.END);
    }

    private void data() throws IOException {
        int place = stage(reader.block(), true);
        boolean isDecoded = workspace.decompress(
                reader.codec(),
                reader.bytes(),
                reader.storedOffset(),
                reader.storedBytes(),
                workspace.staging(),
                place * blockSizeBytes,
                blockSizeBytes);
        if (!isDecoded) {
            throw reader.damaged(
                    "stored bytes of block " + reader.block(),
                    reader.storedBytes() + " bytes of codec " + reader.codec(),
                    "what decodes to one block");
        }
    }

    private void known() throws IOException {
        int place = stage(reader.block(), true);
        String hex = HexFormat.of().formatHex(expected, place * fingerprintBytes, (place + 1) * fingerprintBytes);
        String missing = "block " + reader.block() + " with fingerprint " + hex + ": actual=not in "
                + store.description() + " expected=known";
        if (!storedPending && findKnown(place) == BlockAddress.HOLE) {
            // It may have been written and not be stored yet.
            store.pendingWrites().storeWhatCanBe();
            storedPending = true;
        }
        int ticket = store.enterRead();
        try {
            long address = findKnown(place);
            if (address == BlockAddress.HOLE) {
                throw new BaseMismatchException(name, missing);
            }
            store.reader().read(address, workspace.staging(), place * blockSizeBytes, workspace);
        } catch (CorruptionException e) {
            throw new BaseMismatchException(name, missing, e);
        } finally {
            store.exitRead(ticket);
        }
    }

    private long findKnown(int place) throws IOException {
        return store.lookup().find(expected, place * fingerprintBytes, workspace);
    }

    private void repeat() throws IOException {
        long block = reader.block();
        long earlier = reader.earlier();
        for (int i = 0; i < reader.count(); i++) {
            if ((i & 0xFFF) == 0) {
                meter.check();
            }
            int place = stage(block + i, false);
            copyEarlier(earlier + i, place * blockSizeBytes);
        }
    }

    private void copyEarlier(long earlier, int at) throws IOException {
        ByteBuffer staging = workspace.staging();
        if (earlier >= pendingBlock) {
            staging.put(at, staging, (int) (earlier - pendingBlock) * blockSizeBytes, blockSizeBytes);
            return;
        }
        int ticket = store.enterRead();
        try {
            store.metadata().readAddresses(imageId, earlier, 1, workspace.addresses());
            long address = workspace.addresses()[0];
            if (address == BlockAddress.HOLE) {
                throw reader.damaged("block " + earlier + ", which is repeated", "a hole", "data");
            }
            store.reader().read(address, staging, at, workspace);
        } finally {
            store.exitRead(ticket);
        }
    }

    /** Finds a place in the staging buffer for a block; what is there is mapped if the block does not follow it. */
    private int stage(long block, boolean hasFingerprint) throws IOException {
        if (pending == Workspace.BATCH_BLOCKS || (pending > 0 && block != pendingBlock + pending)) {
            flush();
        }
        if (pending == 0) {
            pendingBlock = block;
        }
        int place = pending++;
        isExpected[place] = hasFingerprint;
        if (hasFingerprint) {
            reader.fingerprint(expected, place * fingerprintBytes);
        }
        return place;
    }

    private void flush() throws IOException {
        if (pending == 0) {
            return;
        }
        named(pendingBlock, pendingBlock + pending);
        if (header.hasBase()) {
            digestBase(pendingBlock, pendingBlock + pending);
        }
        BlockBatch batch = workspace.batch();
        store.preparer().prepare(batch, workspace.staging(), 0, pending, workspace);
        for (int i = 0; i < pending; i++) {
            if (isExpected[i] && !batch.hasFingerprint(i, expected, i * fingerprintBytes)) {
                throw reader.damaged("fingerprint of block " + (pendingBlock + i), "another", "the one it came with");
            }
        }
        store.batches().settleAndMap(batch, stream, imageId, pendingBlock, workspace);
        dataBlocks += batch.newBlocks() + batch.duplicateBlocks();
        storedBytes += batch.newStoredBytes();
        meter.countBlocks(batch.newBlocks(), batch.duplicateBlocks(), batch.zeroBlocks());
        meter.advanceTo((pendingBlock + pending) * blockSizeBytes);
        pending = 0;
    }

    private void hole() throws IOException {
        flush();
        long from = reader.block();
        long to = from + reader.count();
        named(from, to);
        digestBase(from, to);
        while (from < to) {
            meter.check();
            from = Math.min(store.metadata().nextMapped(imageId, from), to);
            long end = Math.min(to, from + UNMAP_STEP_BLOCKS);
            if (from < end) {
                store.imageChanges().unmap(imageId, from, end - from);
            }
            from = end;
        }
        meter.countBlocks(0, 0, reader.count());
        meter.advanceTo(to * blockSizeBytes);
    }

    /** Notes that blocks are named; a block at an end that was passed over would show what lies behind the end in the base. */
    private void named(long from, long to) throws CorruptionException {
        long edge = edges.next(namedTo);
        if (header.hasBase() && edge < from) {
            throw reader.damaged("records that name block " + edge + ", in which an image ends", "none", "one");
        }
        namedTo = to;
    }

    /** Adds the blocks that the base has in a range where the copy is still as the base. */
    private void digestBase(long from, long to) throws IOException {
        mapped.run(from, to, (block, none, address) -> {
            if (!edges.contains(block)) {
                baseDigest.add(block, address);
            }
        });
    }

    private void end() throws IOException {
        flush();
        named(header.imageBlocks(), header.imageBlocks());
        if (!Arrays.equals(baseDigest.finish(), reader.baseDigest())) {
            throw new BaseMismatchException(name, "base in the changed ranges: actual=another expected=the stream's");
        }
        if (!header.hasResultDigest()) {
            return;
        }
        byte[] digest = DeltaDigest.ofImage(store, imageId, header.imageBlocks(), meter);
        if (!Arrays.equals(digest, reader.resultDigest())) {
            if (header.hasBase()) {
                throw new BaseMismatchException(
                        name, "base outside the changed ranges: actual=another expected=the stream's");
            }
            throw reader.damaged("digest of the image", "another", "the stream's");
        }
    }

    private ImportResult result() {
        return new ImportResult(
                name,
                header.imageSizeBytes(),
                dataBlocks,
                meter.newBlocks(),
                meter.duplicateBlocks(),
                0,
                storedBytes,
                meter.elapsed());
    }
}
