package io.github.livededup.engine.recovery;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The JFR event of a journal replay. */
@Name("livededup.Recovery")
@Label("Recovery")
@Category("LiveDedup")
@StackTrace(false)
public final class RecoveryEvent extends Event {
    @Label("Batches")
    long batches;

    private RecoveryEvent() {}

    /**
     * Begins an event.
     *
     * @return the event, whose time runs
     */
    public static RecoveryEvent begun() {
        RecoveryEvent event = new RecoveryEvent();
        event.begin();
        return event;
    }

    /**
     * Ends and records it.
     *
     * @param applied batches that were applied
     */
    public void record(long applied) {
        batches = applied;
        commit();
    }
}
