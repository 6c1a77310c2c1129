package io.github.livededup.engine;

/**
 * How the memory budget is shared out. The filter takes what the unique blocks need (at most 4 bytes each) and is not
 * limited; workspaces and pipelines are a few MiB a thread.
 *
 * @param pageCacheBytes clean metadata pages
 * @param dirtyPageBytes changed metadata pages, before a checkpoint is taken
 * @param partitionBytes resident index partitions
 * @param residentBytes resident parts of the mapped volume file
 */
record MemoryShares(long pageCacheBytes, long dirtyPageBytes, long partitionBytes, long residentBytes) {
    static MemoryShares of(long budgetBytes) {
        return new MemoryShares(budgetBytes / 8, budgetBytes / 8, budgetBytes / 4, budgetBytes / 4);
    }
}
