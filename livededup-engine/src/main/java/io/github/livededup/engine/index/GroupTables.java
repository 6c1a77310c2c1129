package io.github.livededup.engine.index;

import io.github.livededup.engine.format.FingerprintHeads;
import java.io.IOException;

/**
 * The block groups' own fingerprint tables, as the index needs them: the truth that confirms every hit and that every
 * part of the index is rebuilt from. Safe for use by many threads.
 *
 * <p>A slot is usable from the moment the table has it until its space is given back, whether or not it is referenced.
 *
 * <p>The index calls these methods while others of its callers wait. They must not wait for a lock that is held by anyone
 * who calls the index.
 */
public interface GroupTables {
    /**
     * The block groups of the volume, open and sealed.
     *
     * @return their numbers in a new array
     */
    int[] groups();

    /**
     * Whether a group is sealed. A group never becomes open again; the index learns of the change by {@link
     * FingerprintIndex#groupSealed} afterwards.
     *
     * @param group its number
     * @return false if it is open
     */
    boolean isSealed(int group);

    /**
     * The slots a group has now.
     *
     * @param group its number
     * @return the number of slots, usable or not; 0 if there is no such group
     */
    int slotCount(int group);

    /**
     * Whether a block has a fingerprint and may be referenced. Called for addresses that do not exist, too.
     *
     * @param address an address of valid form
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @return true if the group's table holds exactly this fingerprint in this slot and the block is usable
     * @throws IOException if the table cannot be read
     */
    boolean matches(long address, byte[] fingerprint, int from) throws IOException;

    /**
     * Visits the usable slots of a group in parts, from the part of the highest slots to that of the lowest, each in slot order.
     * Slots appended meanwhile may be visited or not.
     *
     * @param group its number
     * @param heads the caller's, filled anew for each part
     * @param visitor receives the parts
     * @throws IOException if the table cannot be read
     */
    void forEachHead(int group, FingerprintHeads heads, FingerprintHeads.Visitor visitor) throws IOException;

    /**
     * Tells that many fingerprints of a group will be confirmed soon; a hint.
     *
     * @param group its number
     */
    void prefetch(int group);
}
