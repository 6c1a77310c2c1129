package io.github.livededup.engine.metadata;

import java.util.UUID;

/**
 * What the metadata is opened with.
 *
 * @param volumeId the volume's identity; pages carry its low 64 bits
 * @param tableEntryBytes the size of a fingerprint table entry, for the tables of open groups
 * @param cacheBytes the memory for unchanged pages; changed ones come on top until the next checkpoint
 * @param readOnly whether the file is never written: changes stay in memory, checkpoints are refused
 * @param liveness told of blocks that gain their first or lose their last reference
 * @param spaceGuard asked before the file grows
 */
public record MetadataSettings(
        UUID volumeId,
        int tableEntryBytes,
        long cacheBytes,
        boolean readOnly,
        LivenessListener liveness,
        SpaceGuard spaceGuard) {}
