package io.github.livededup.engine.crashkit;

import java.util.Locale;

/**
 * What was examined.
 *
 * @param workload the name of the recording
 * @param changes changes of files; a crash was made before, after and between all of them
 * @param states crash states that were made
 * @param distinct those of them that differ, in files or in what they may hold; each was examined once
 * @param ofRecoveries distinct states in which a recovery was cut, of which this counts in addition
 * @param seconds how long it took
 */
public record CrashSummary(
        String workload, long changes, long states, long distinct, long ofRecoveries, double seconds) {
    /**
     * One of both.
     *
     * @param other another summary
     * @return the sums, with this one's name
     */
    public CrashSummary plus(CrashSummary other) {
        return new CrashSummary(
                workload,
                changes + other.changes,
                states + other.states,
                distinct + other.distinct,
                ofRecoveries + other.ofRecoveries,
                seconds + other.seconds);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "crash states of %s: %d changes, %d states, %d distinct, %d of recoveries, %.1f s",
                workload,
                changes,
                states,
                distinct,
                ofRecoveries,
                seconds);
    }
}
