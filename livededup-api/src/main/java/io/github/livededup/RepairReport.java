package io.github.livededup;

/**
 * What a repair did.
 *
 * @param done the repair, as it was tried out before
 * @param generationBefore the checkpoint that was in force; 0 if no superblock could be read
 * @param generationAfter the checkpoint in force now
 * @param verification what a verification of structure and metadata found afterwards
 * @since 0.1.0
 */
public record RepairReport(
        RepairPlan.Trial done, long generationBefore, long generationAfter, VerifyReport verification) {}
