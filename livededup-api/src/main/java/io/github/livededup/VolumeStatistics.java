package io.github.livededup;

/**
 * A volume's figures.
 *
 * @param images images
 * @param logicalBytes their sizes together
 * @param nonZeroBytes their mapped blocks together, times the block size
 * @param uniqueBlocks live blocks stored
 * @param uniqueBytes live blocks times the block size
 * @param storedBytes bytes of live blocks after compression
 * @param deadBytes bytes of blocks that died and whose space is not yet given back
 * @param metadataBytes tables, maps and reference counts on disk
 * @param indexBytes the index folder on disk
 * @param journalBytes the preallocated journal on disk
 * @param filterBytes memory of the filter
 * @param blockGroups block groups in use
 * @param commits commits since the volume was opened
 * @param checkpoints checkpoints since the volume was opened
 * @param physicalBytes bytes the volume takes on disk: block groups, metadata and journal
 * @param freeBytes room left for blocks, under the maximum physical size and on the disk
 * @param unflushedBytes bytes of writes that were kept in memory when the figures were asked for; they have been stored since, if
 *     they could be
 * @param reclaimedBytes bytes given back to the file system by compaction since the volume was opened
 * @param healedBlocks damaged blocks repaired by writes of the same content since the volume was opened
 * @param index how fingerprints were found
 * @since 0.1.0
 */
public record VolumeStatistics(
        int images,
        long logicalBytes,
        long nonZeroBytes,
        long uniqueBlocks,
        long uniqueBytes,
        long storedBytes,
        long deadBytes,
        long metadataBytes,
        long indexBytes,
        long journalBytes,
        long filterBytes,
        int blockGroups,
        long commits,
        long checkpoints,
        long physicalBytes,
        long freeBytes,
        long unflushedBytes,
        long reclaimedBytes,
        long healedBlocks,
        IndexStatistics index) {}
