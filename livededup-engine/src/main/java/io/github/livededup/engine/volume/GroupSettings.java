package io.github.livededup.engine.volume;

import java.util.function.LongSupplier;

/**
 * What may differ at each open.
 *
 * @param readOnly whether nothing may be written
 * @param residentBudgetBytes about how much of the mappings may be resident
 * @param maxOpenGroups how many groups may be open at once, each with a buffer of 1 MiB; at least 1
 * @param maxPhysicalBytes the most bytes the volume may take
 * @param otherBytes what of these the volume's other files take; asked under locks, so it must be quick and take none
 */
public record GroupSettings(
        boolean readOnly, long residentBudgetBytes, int maxOpenGroups, long maxPhysicalBytes, LongSupplier otherBytes) {
    /** How many groups are open at once unless told otherwise. */
    public static final int DEFAULT_MAX_OPEN_GROUPS = 16;

    /**
     * Settings for writing without a maximum size.
     *
     * @param residentBudgetBytes about how much of the mappings may be resident
     * @return the settings
     */
    public static GroupSettings unlimited(long residentBudgetBytes) {
        return new GroupSettings(false, residentBudgetBytes, DEFAULT_MAX_OPEN_GROUPS, Long.MAX_VALUE, () -> 0);
    }
}
