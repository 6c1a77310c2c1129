package io.github.livededup.engine.store;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.index.GroupTables;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The block groups' own tables, as the index asks them: they are the truth behind every hit. */
public final class StoreGroupTables implements GroupTables {
    private static final Logger LOG = System.getLogger(StoreGroupTables.class.getName());

    private final BlockGroups groups;

    /**
     * Makes the view.
     *
     * @param groups the block groups
     */
    public StoreGroupTables(BlockGroups groups) {
        this.groups = groups;
    }

    @Override
    public int[] groups() {
        return groups.layouts().stream().mapToInt(GroupLayout::group).toArray();
    }

    @Override
    public boolean isSealed(int group) {
        return groups.isSealed(group);
    }

    @Override
    public int slotCount(int group) {
        return groups.slotCount(group);
    }

    @Override
    public boolean matches(long address, byte[] fingerprint, int from) throws IOException {
        try {
            return groups.fingerprintMatches(address, fingerprint, from);
        } catch (CorruptionException e) {
            // A write must not fail because of a block that it could have shared; whoever reads the group is told.
            LOG.log(Level.DEBUG, "no duplicates are found in a damaged group", e);
            return false;
        }
    }

    @Override
    public void forEachHead(int group, FingerprintHeads heads, FingerprintHeads.Visitor visitor) throws IOException {
        groups.forEachHead(group, heads, visitor);
    }

    @Override
    public void prefetch(int group) {
        try {
            groups.prefetch(group);
        } catch (IOException e) {
            // A hint; who reads the group next is told what is wrong with it.
            LOG.log(Level.DEBUG, "prefetch of group " + group, e);
        }
    }
}
