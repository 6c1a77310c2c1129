package io.github.livededup.engine;

import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.store.LiveCounters;
import io.github.livededup.engine.volume.BlockGroups;

/**
 * A volume as it is in memory once the journal is replayed: nothing has been written yet.
 *
 * @param superblocks the superblock it was recovered from
 * @param wasClean whether it was closed cleanly
 * @param groups the block groups
 * @param metadata the metadata
 * @param live the live blocks and bytes
 * @param journal the journal
 * @param replayed batches replayed
 */
record RecoveredVolume(
        SuperblockFile superblocks,
        boolean wasClean,
        BlockGroups groups,
        MetadataStore metadata,
        LiveCounters live,
        Journal journal,
        long replayed) {}
