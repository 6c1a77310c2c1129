package io.github.livededup.engine.store;

import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.ReadPlan;
import java.io.IOException;

/**
 * Announces blocks of an image to the system, so that it fetches them while others are decoded. A hint: what goes wrong here
 * is told to whoever reads there. One thread's at a time; nothing is allocated per block.
 */
public final class ReadAhead {
    private static final int RUN_BLOCKS = 256;

    private final MetadataReader metadata;
    private final BlockGroups groups;
    private final int imageId;
    private final ReadPlan plan;
    private final long[] addresses = new long[RUN_BLOCKS];

    ReadAhead(MetadataReader metadata, BlockGroups groups, int imageId) {
        this.metadata = metadata;
        this.groups = groups;
        this.imageId = imageId;
        plan = new ReadPlan(groups);
    }

    /**
     * Announces the blocks of a range; a pass over holes takes no time.
     *
     * @param fromBlock its first block
     * @param toBlock its end
     * @return the first block that was not announced, at or after the end
     */
    public long announce(long fromBlock, long toBlock) {
        long block = fromBlock;
        try {
            while (block < toBlock) {
                block = metadata.nextMapped(imageId, block);
                if (block < toBlock) {
                    int count = (int) Math.min(RUN_BLOCKS, toBlock - block);
                    announce(block, count);
                    block += count;
                }
            }
        } catch (IOException e) {
            return Math.max(block, toBlock);
        }
        return block;
    }

    private void announce(long firstBlock, int count) throws IOException {
        int ticket = groups.enter();
        try {
            metadata.readAddresses(imageId, firstBlock, count, addresses);
            plan.announce(addresses, count);
        } finally {
            groups.leave(ticket);
        }
    }
}
