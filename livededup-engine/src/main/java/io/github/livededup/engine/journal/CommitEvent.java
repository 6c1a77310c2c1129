package io.github.livededup.engine.journal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A group commit, as the flight recorder sees it. */
@Name("livededup.Commit")
@Label("Commit")
@Category("LiveDedup")
@Description("A group commit: block data forced, then the journal written and forced")
@StackTrace(false)
final class CommitEvent extends Event {
    @Label("Batches")
    long batches;

    @Label("Bytes")
    @Description("Records made durable")
    @DataAmount
    long bytes;

    @Label("Data Force")
    @Timespan(Timespan.NANOSECONDS)
    long dataForceNanos;

    @Label("Journal Force")
    @Timespan(Timespan.NANOSECONDS)
    long journalForceNanos;

    private CommitEvent() {}

    /** Begins an event, whose time runs. */
    static CommitEvent begun(long batches, long bytes) {
        CommitEvent event = new CommitEvent();
        event.batches = batches;
        event.bytes = bytes;
        event.begin();
        return event;
    }
}
