package io.github.livededup;

/**
 * How fingerprints were found since the volume was opened. Neighbour hits beside the others show the locality of what is
 * written.
 *
 * @param backend what holds the partitions: {@link IndexBackend#CHRONICLE_MAP} or {@link IndexBackend#BUILT_IN}; of a
 *     volume open for reading only, which keeps what it needs in memory, what a writer with the same options would use
 * @param neighbourHits duplicates found by comparing the slot after the last hit
 * @param residentHits duplicates found in a partition that was in memory
 * @param prefetchedHits duplicates found in a partition that was brought in for them
 * @param misses lookups that found nothing; a new block is looked up twice, the second time when it is its turn to be
 *     stored
 * @param falseCandidates groups that the filter named and that did not hold the fingerprint
 * @param partitionsOpened partitions opened
 * @param partitionsRebuilt partitions made anew from a block group's table
 * @param partitionsResident partitions in memory now
 * @param filterEntries fingerprints in the filter now
 * @since 0.1.0
 */
public record IndexStatistics(
        IndexBackend backend,
        long neighbourHits,
        long residentHits,
        long prefetchedHits,
        long misses,
        long falseCandidates,
        long partitionsOpened,
        long partitionsRebuilt,
        long partitionsResident,
        long filterEntries) {}
