package io.github.livededup.engine.index;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A cold block group's partition was brought in. */
@Name("livededup.Prefetch")
@Label("Prefetch")
@Category("LiveDedup")
@Description("A cold block group's fingerprint partition was brought into memory")
@StackTrace(false)
final class PrefetchEvent extends Event {
    @Label("Group")
    int group;

    @Label("From File")
    @Description("Whether the partition's file was opened; otherwise it was made from the group's table")
    boolean fromFile;

    @Label("Memory")
    @DataAmount
    long memoryBytes;

    private PrefetchEvent() {}

    /** Begins an event, whose time runs. */
    static PrefetchEvent begun(int group) {
        PrefetchEvent event = new PrefetchEvent();
        event.group = group;
        event.begin();
        return event;
    }

    /** Ends and records it. */
    void record(boolean isFromFile, long takenBytes) {
        fromFile = isFromFile;
        memoryBytes = takenBytes;
        commit();
    }
}
