package io.github.livededup.engine.check;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.metadata.GroupInfo;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.ProblemListener;
import io.github.livededup.engine.util.SlotSet;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/** Compares what the group directory says of live blocks with the counts and the groups' tables. */
final class GroupFigures {
    private final BlockGroups groups;
    private final MetadataStore metadata;
    private final Lock metadataShared;
    private final ProblemListener problems;

    GroupFigures(VerifierParts parts, ProblemListener problems) {
        this.groups = parts.groups();
        this.metadata = parts.metadata();
        this.metadataShared = parts.metadataShared();
        this.problems = problems;
    }

    /**
     * Checks one group; it may be gone by now.
     *
     * @throws CorruptionException if its record, its counts or its table cannot be read
     * @throws IOException if reading fails otherwise
     */
    void check(int group) throws IOException {
        // The figures change under this lock only.
        metadataShared.lock();
        try {
            GroupInfo info = metadata.groups().get(group);
            if (info.state() == GroupInfo.State.FREE) {
                return;
            }
            int slots = groups.layout(group).slots();
            SlotSet live = metadata.references().live(group, slots);
            long bytes = 0;
            for (int slot = 0; slot < slots; slot++) {
                bytes += live.contains(slot) ? groups.storedBytes(BlockAddress.of(group, slot)) : 0;
            }
            compare(group, "live blocks in its table", info.liveBlocks(), live.count());
            compare(group, "live bytes", info.liveBytes(), bytes);
        } finally {
            metadataShared.unlock();
        }
    }

    private void compare(int group, String what, long actual, long expected) {
        if (actual != expected) {
            problems.problem("group " + group, what + ": actual=" + actual + " expected=" + expected);
        }
    }
}
