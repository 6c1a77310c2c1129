package io.github.livededup.engine.reclaim;

import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.metadata.GroupInfo;
import java.util.Comparator;

/**
 * A group that compaction looks at.
 *
 * @param group its number
 * @param open whether it is open
 * @param liveBytes stored bytes of its live blocks
 * @param liveBlocks its live blocks
 * @param deadBytes stored bytes of its dead blocks, rather too few than too many
 */
record Candidate(int group, boolean open, long liveBytes, int liveBlocks, long deadBytes) {
    /** First what costs nothing, then what gives back most for what is copied. */
    static final Comparator<Candidate> BEST_FIRST = Comparator.comparing((Candidate group) -> group.liveBlocks > 0)
            .thenComparing(Comparator.comparingDouble(Candidate::deadShare).reversed());

    static Candidate of(GroupInfo info) {
        // Up to one unit less a byte lies between two blocks.
        long padding = (long) info.liveBlocks() * TableEntry.DATA_UNIT_BYTES;
        long dead = info.dataEnd() - GroupHeader.SIZE_BYTES - info.liveBytes() - padding;
        return new Candidate(
                info.group(),
                info.state() == GroupInfo.State.OPEN,
                info.liveBytes(),
                info.liveBlocks(),
                Math.max(0, dead));
    }

    double deadShare() {
        return deadBytes == 0 ? 0 : (double) deadBytes / (deadBytes + liveBytes);
    }
}
