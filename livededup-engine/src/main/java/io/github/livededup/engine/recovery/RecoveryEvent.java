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
    /** Batches applied. */
    @Label("Batches")
    public long batches;

    /** Makes the event. */
    public RecoveryEvent() {}
}
