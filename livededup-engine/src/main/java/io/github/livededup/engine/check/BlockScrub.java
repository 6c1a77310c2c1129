package io.github.livededup.engine.check;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinter;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.StoredBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
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
    private final byte[] expected;
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
        expected = new byte[fingerprintBytes];
    }

    /** Checks one block. */
    void check(long address) throws IOException {
        try {
            if (!groups.locate(address, stored)) {
                problems.block(address, "table entry: actual=none expected=one, as the block is referenced");
                return;
            }
        } catch (CorruptionException e) {
            problems.block(address, String.valueOf(e.getMessage()));
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
            int actual = Checksums.crc32c(stored.buffer(), stored.offset(), stored.lengthBytes());
            problems.block(
                    address,
                    "checksum of the stored bytes: actual=0x" + Integer.toHexString(actual) + " expected=0x"
                            + Integer.toHexString(stored.storedCrc()));
            return;
        }
        if (fingerprinter == null) {
            return;
        }
        if (!codec.decompress(
                stored.codec(), stored.buffer(), stored.offset(), stored.lengthBytes(), block, 0, blockSizeBytes)) {
            problems.block(
                    address,
                    "stored bytes: actual=" + stored.lengthBytes() + " of codec " + stored.codec()
                            + " that do not decode expected=one block of " + blockSizeBytes);
            return;
        }
        fingerprinter.digest(block, 0, blockSizeBytes, fingerprint, 0);
        // Not by asking for a match: the block may have died and been retired meanwhile, and does not match then.
        groups.fingerprint(address, expected, 0);
        if (!Arrays.equals(fingerprint, expected)) {
            problems.block(address, "fingerprint: actual=" + hex(fingerprint) + " expected=" + hex(expected));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    long blocks() {
        return blocks;
    }

    long bytes() {
        return bytes;
    }
}
