package io.github.livededup.engine.check;

import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.volume.BlockGroups;
import java.util.concurrent.locks.Lock;

/**
 * What a verification looks at.
 *
 * @param directory the volume's directory
 * @param format the volume's settings
 * @param groups its block groups
 * @param metadata its metadata
 * @param journal its journal
 * @param metadataShared the shared side of the metadata lock
 * @param times when groups were last checked
 * @param clock the time
 */
public record VerifierParts(
        VolumeDirectory directory,
        VolumeFormat format,
        BlockGroups groups,
        MetadataStore metadata,
        Journal journal,
        Lock metadataShared,
        ScrubTimes times,
        CheckClock clock) {}
