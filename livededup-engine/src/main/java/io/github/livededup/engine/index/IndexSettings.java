package io.github.livededup.engine.index;

import io.github.livededup.IndexBackend;
import java.util.UUID;

/**
 * What an index is opened with.
 *
 * @param backend what is to hold the partitions
 * @param readOnly whether nothing may be written; partitions are then built in, whatever the backend
 * @param volumeId the volume's identity
 * @param generation what {@link FingerprintIndex#close(long)} was given if the volume was closed cleanly
 * @param partitionBudgetBytes the memory for resident partitions; the filter is apart
 */
public record IndexSettings(
        IndexBackend backend, boolean readOnly, UUID volumeId, long generation, long partitionBudgetBytes) {}
