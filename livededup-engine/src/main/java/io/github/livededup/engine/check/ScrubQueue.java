package io.github.livededup.engine.check;

import io.github.livededup.engine.volume.GroupLayout;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The block groups to be scrubbed, in order: those begun by an earlier run, then by the time they were last checked. Hands
 * each to one thread and knows how far it came. Safe for use by many threads.
 */
final class ScrubQueue {
    /**
     * A group to be scrubbed.
     *
     * @param group its number
     * @param fromSlot where to begin
     */
    record Task(int group, int fromSlot) {}

    private final Deque<Task> waiting = new ArrayDeque<>();
    private final BitSet done;
    private final Map<Integer, Integer> positions;
    private int finished;

    /**
     * Makes the queue.
     *
     * @param groups all groups there are
     * @param from where an earlier run ended
     * @param lastChecked when a group was last checked
     */
    ScrubQueue(List<GroupLayout> groups, ScrubCursor from, ToLongFunction<Integer> lastChecked) {
        done = (BitSet) from.done().clone();
        positions = new TreeMap<>(from.positions());
        groups.stream()
                .map(GroupLayout::group)
                .filter(group -> !done.get(group))
                .sorted(Comparator.<Integer>comparingInt(group -> positions.containsKey(group) ? 0 : 1)
                        .thenComparingLong(lastChecked)
                        .thenComparingInt(group -> group))
                .forEach(group -> waiting.add(new Task(group, positions.getOrDefault(group, 0))));
        // A group that is gone needs no further reading.
        positions.keySet().retainAll(waiting.stream().map(Task::group).collect(Collectors.toSet()));
    }

    /** The next group, or null if none is left. */
    synchronized @Nullable Task take() {
        return waiting.poll();
    }

    /** Notes how far a group is read, which is not at its end. */
    synchronized void readTo(int group, int nextSlot) {
        positions.put(group, nextSlot);
    }

    /** Notes that a group is done. */
    synchronized void finish(int group) {
        positions.remove(group);
        done.set(group);
        finished++;
    }

    /** Whether every group is done; asked when all threads have ended. */
    synchronized boolean isEmpty() {
        return waiting.isEmpty() && positions.isEmpty();
    }

    /** The groups done by this run. */
    synchronized int finished() {
        return finished;
    }

    /** How far it came; asked when all threads have ended. */
    synchronized ScrubCursor cursor() {
        return new ScrubCursor((BitSet) done.clone(), new TreeMap<>(positions));
    }
}
