package io.github.livededup.engine.check;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinter;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.StoredBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads blocks and checks them: the stored bytes' checksum, and if it is asked for the fingerprint. For one thread. */
final class BlockScrub {
    private final BlockGroups groups;
    private final Problems problems;
    private final BlockCodec codec;
    private final int blockSizeBytes;
    private final @Nullable Fingerprinter fingerprinter;
    private final StoredBlock stored;
    private final ByteBuffer block;
    private final byte[] fingerprint;
    private long blocks;
    private long bytes;

    /**
     * Makes a scrub.
     *
     * @param groups where blocks are
     * @param problems takes what is wrong
     * @param codec decodes blocks
     * @param blockSizeBytes the block size
     * @param fingerprintBytes the fingerprint's length
     * @param fingerprinter computes fingerprints, or null if checksums are enough
     */
    BlockScrub(
            BlockGroups groups,
            Problems problems,
            BlockCodec codec,
            int blockSizeBytes,
            int fingerprintBytes,
            @Nullable Fingerprinter fingerprinter) {
        this.groups = groups;
        this.problems = problems;
        this.codec = codec;
        this.blockSizeBytes = blockSizeBytes;
        this.fingerprinter = fingerprinter;
        stored = new StoredBlock();
        block = ByteBuffer.allocateDirect(blockSizeBytes);
        fingerprint = new byte[fingerprintBytes];
    }

    /** Checks one block. */
    void check(long address) throws IOException {
        try {
            if (!groups.locate(address, stored)) {
                problems.problem(name(address), "referenced, but there is no such block");
                return;
            }
        } catch (CorruptionException e) {
            problems.problem(name(address), String.valueOf(e.getMessage()));
            return;
        }
        try {
            checkStored(address);
        } finally {
            stored.release();
        }
        blocks++;
    }

    private void checkStored(long address) throws IOException {
        bytes += stored.lengthBytes();
        if (!stored.isIntact()) {
            groups.damaged().add(address);
            problems.problem(
                    name(address),
                    "stored bytes fail their checksum: expected=" + Integer.toHexString(stored.storedCrc()));
            return;
        }
        if (fingerprinter == null) {
            return;
        }
        if (!codec.decompress(
                stored.codec(), stored.buffer(), stored.offset(), stored.lengthBytes(), block, 0, blockSizeBytes)) {
            problems.problem(name(address), "stored bytes do not decode to one block: codec=" + stored.codec());
            return;
        }
        fingerprinter.digest(block, 0, blockSizeBytes, fingerprint, 0);
        if (!groups.fingerprintMatches(address, fingerprint, 0)) {
            problems.problem(name(address), "fingerprint of the block differs from its table entry");
        }
    }

    long blocks() {
        return blocks;
    }

    long bytes() {
        return bytes;
    }

    private static String name(long address) {
        return "block " + BlockAddress.group(address) + "/" + BlockAddress.slot(address);
    }
}
