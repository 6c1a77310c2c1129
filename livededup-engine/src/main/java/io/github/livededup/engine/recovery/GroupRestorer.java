package io.github.livededup.engine.recovery;

import io.github.livededup.engine.metadata.GroupInfo;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Brings the block groups back as the last checkpoint left them. */
public final class GroupRestorer {
    private GroupRestorer() {}

    /**
     * Restores all groups; open ones with their tables.
     *
     * @param metadata the checkpoint
     * @param groups empty
     * @param entryBytes the size of a table entry
     * @throws IOException if metadata cannot be read
     */
    public static void restore(MetadataStore metadata, BlockGroups groups, int entryBytes) throws IOException {
        for (int group = 1; group <= metadata.groups().highestGroup(); group++) {
            GroupInfo info = metadata.groups().get(group);
            switch (info.state()) {
                case FREE -> {}
                case SEALED ->
                    groups.restore()
                            .sealed(
                                    new GroupLayout(
                                            group,
                                            info.region(),
                                            true,
                                            info.slots(),
                                            Math.toIntExact(info.dataEnd()),
                                            Math.toIntExact(info.tableOffset()),
                                            info.tableCrc()),
                                    metadata.retired().get(group, info.slots()));
                case OPEN -> restoreOpen(metadata, groups, info, entryBytes);
            }
        }
    }

    private static void restoreOpen(MetadataStore metadata, BlockGroups groups, GroupInfo info, int entryBytes)
            throws IOException {
        // Refuses a number of slots that the region has no room for, before memory is taken for them.
        groups.restore().checkSlots(info.group(), info.slots());
        ByteBuffer entries = ByteBuffer.allocate(Math.multiplyExact(info.slots(), entryBytes))
                .order(ByteOrder.LITTLE_ENDIAN);
        metadata.openTables().read(info.group(), 0, entries);
        groups.restore().open(info.group(), info.region());
        groups.restore().entries(info.group(), 0, entries.flip());
    }
}
