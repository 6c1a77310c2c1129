package io.github.livededup.engine.store;

import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.volume.BlockGroups;

/**
 * The parts of an open volume, recovered and ready.
 *
 * @param description the volume as messages name it
 * @param groups the block groups
 * @param metadata the metadata
 * @param journal the journal
 * @param superblocks the superblock slots
 * @param index the fingerprint index
 * @param guard keeps the volume open during calls
 * @param latch ends all writing after a failure
 * @param locks the wide locks
 * @param limit keeps the maximum physical size
 */
public record StoreParts(
        String description,
        BlockGroups groups,
        MetadataStore metadata,
        Journal journal,
        SuperblockFile superblocks,
        FingerprintIndex index,
        KeepAlive guard,
        FailureLatch latch,
        VolumeLocks locks,
        SpaceLimit limit) {}
