package io.github.livededup.engine.util;

import jdk.jfr.FlightRecorder;

/**
 * Whether a flight recorder is at work. It is asked before a class of events is touched: the first one that is loaded sets the
 * recorder's own machinery up, recording or not, which takes a process as long as opening a volume.
 */
public final class FlightRecording {
    private FlightRecording() {}

    /**
     * Whether events may be recorded: the recorder was started, at the JVM's start or later.
     *
     * @return false if an event made now would go nowhere
     */
    public static boolean isOn() {
        return FlightRecorder.isInitialized();
    }
}
