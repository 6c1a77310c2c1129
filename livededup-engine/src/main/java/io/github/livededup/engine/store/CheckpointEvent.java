package io.github.livededup.engine.store;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The JFR event of a checkpoint. */
@Name("livededup.Checkpoint")
@Label("Checkpoint")
@Category("LiveDedup")
@StackTrace(false)
final class CheckpointEvent extends Event {
    @Label("Changed pages")
    @DataAmount
    long dirtyBytes;

    @Label("Generation")
    long generation;

    private CheckpointEvent() {}

    /** Begins an event, whose time runs. */
    static CheckpointEvent begun() {
        CheckpointEvent event = new CheckpointEvent();
        event.begin();
        return event;
    }

    /** Ends and records it. */
    void record(long writtenBytes, long newGeneration) {
        dirtyBytes = writtenBytes;
        generation = newGeneration;
        commit();
    }
}
