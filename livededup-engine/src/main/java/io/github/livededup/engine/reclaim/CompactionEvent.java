package io.github.livededup.engine.reclaim;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The JFR event of a compaction that found something to do. */
@Name("livededup.Compaction")
@Label("Compaction")
@Category("LiveDedup")
@StackTrace(false)
final class CompactionEvent extends Event {
    @Label("Groups rewritten")
    int rewrittenGroups;

    @Label("Groups freed")
    int freedGroups;

    @Label("Copied")
    @DataAmount
    long copiedBytes;

    @Label("Given back")
    @DataAmount
    long reclaimedBytes;

    private CompactionEvent() {}

    /** Begins an event, whose time runs. */
    static CompactionEvent begun() {
        CompactionEvent event = new CompactionEvent();
        event.begin();
        return event;
    }

    /** Ends and records it. */
    void record(int rewritten, int freed, long copied, long reclaimed) {
        rewrittenGroups = rewritten;
        freedGroups = freed;
        copiedBytes = copied;
        reclaimedBytes = reclaimed;
        commit();
    }
}
