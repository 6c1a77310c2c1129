package io.github.livededup.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** Where rounds of a path allocate: by class and place in the code, with its callers, as Flight Recorder tells it. Complete only with -XX:-UseTLAB. */
final class AllocationSites {
    private static final String EVENT = "jdk.ObjectAllocationOutsideTLAB";
    private static final int SHOWN = 25;
    private static final int FRAMES = 7;

    private AllocationSites() {}

    /** Runs a path that is warm and prints its sites. */
    static void print(AllocationPath path) throws IOException {
        Path file = Files.createTempFile("allocation", ".jfr");
        long blocks;
        try (Recording recording = new Recording()) {
            recording.enable(EVENT).withStackTrace();
            recording.start();
            blocks = AllocationCount.measured(path).blocks();
            recording.stop();
            recording.dump(file);
        }
        Map<String, Long> bytes = new HashMap<>();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (event.getEventType().getName().equals(EVENT)) {
                    bytes.merge(site(event), event.getLong("allocationSize"), Long::sum);
                }
            }
        } finally {
            Files.delete(file);
        }
        System.out.printf("%n%s%n", path.name());
        bytes.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN)
                .forEach(each -> System.out.printf("%9.3f %s%n", (double) each.getValue() / blocks, each.getKey()));
    }

    private static String site(RecordedEvent event) {
        StringBuilder site = new StringBuilder(event.getClass("objectClass").getName());
        RecordedStackTrace trace = event.getStackTrace();
        if (trace != null) {
            trace.getFrames().stream()
                    .limit(FRAMES)
                    .forEach(frame -> site.append(" < ").append(name(frame)));
        }
        return site.toString();
    }

    private static String name(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        String type = method.getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName() + ":" + frame.getLineNumber();
    }
}
