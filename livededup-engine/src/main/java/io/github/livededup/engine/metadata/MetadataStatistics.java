package io.github.livededup.engine.metadata;

/**
 * Figures of the metadata file.
 *
 * @param usedPages pages in use, those that only the last checkpoint needs included
 * @param pendingPages of those, the ones that become free with the next checkpoint
 * @param dirtyPages pages changed since the last checkpoint
 * @param cachedPages unchanged pages in memory
 * @param fileBytes the file's size
 * @param allocatedBytes the bytes the file takes on disk
 */
public record MetadataStatistics(
        long usedPages, long pendingPages, long dirtyPages, long cachedPages, long fileBytes, long allocatedBytes) {}
