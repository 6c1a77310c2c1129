package io.github.livededup;

import java.time.Duration;

/**
 * What a compaction did.
 *
 * @param rewrittenGroups block groups whose live blocks were copied to a fresh region
 * @param freedGroups block groups without a live block, given back whole
 * @param copiedBytes stored bytes of the blocks copied
 * @param reclaimedBytes bytes that the volume's block file takes less on disk
 * @param skippedGroups block groups that were due and not rewritten, for want of room to copy them or because their table is
 *     damaged; for want of room, their long dead stretches were given back in place
 * @param damagedBlocks live blocks that fail their checksum; they were copied as they are
 * @param elapsed the time it took
 * @since 0.1.0
 */
public record CompactionResult(
        int rewrittenGroups,
        int freedGroups,
        long copiedBytes,
        long reclaimedBytes,
        int skippedGroups,
        long damagedBlocks,
        Duration elapsed) {}
