package io.github.livededup.engine.store;

import io.github.livededup.engine.index.GroupTables;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;

/** The block groups' own tables, as the index asks them: they are the truth behind every hit. */
public final class StoreGroupTables implements GroupTables {
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
        return groups.infos().stream().mapToInt(info -> info.group()).toArray();
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
        return groups.fingerprintMatches(address, fingerprint, from);
    }

    @Override
    public void forEachFingerprint(int group, Visitor visitor) throws IOException {
        groups.forEachFingerprint(group, visitor::visit);
    }

    @Override
    public void prefetch(int group) {
        groups.prefetch(group);
    }
}
