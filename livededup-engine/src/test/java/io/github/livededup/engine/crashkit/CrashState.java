package io.github.livededup.engine.crashkit;

/**
 * Where a crash came, and what it left.
 *
 * @param workload the name of the recording
 * @param cut how many changes of files had been made
 * @param changes how many were made in all
 * @param kind what was kept of the changes that were not forced: "killed" all; "keep:" and a hexadecimal number those
 *     whose bits it has, the oldest first; "any:" and "mixed:" what luck left, from a seed, of whole pages or of sectors
 */
public record CrashState(String workload, int cut, int changes, String kind) {
    /**
     * How to have this state again.
     *
     * @return properties for the command line
     */
    public String properties() {
        return "-Dlivededup.crash.workload=" + workload + " -Dlivededup.crash.cut=" + cut + " -Dlivededup.crash.state="
                + kind;
    }
}
