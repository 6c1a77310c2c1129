package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.crashkit.CrashKit;
import io.github.livededup.engine.crashkit.CrashRecording;
import io.github.livededup.engine.crashkit.CrashSummary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each workload of the catalogue, cut at every change of its files. The volume must open, verify, leak nothing, and hold
 * what was committed, and of what was not, all or nothing of each change of its structure.
 *
 * <p>The long form goes on with other samples for {@code -Dlivededup.crash.seconds} seconds a workload.
 */
@Tag("exhaustive")
class CrashCatalogueTest {
    static final String COMMAND = "mvn -q -pl livededup-engine -am test -Dtest=CrashCatalogueTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Djacoco.skip";

    private static final int SECONDS = Integer.getInteger("livededup.crash.seconds", 40);
    /** Of how many states the recovery is cut as well, which takes most of the time. */
    private static final int RECOVERIES = Integer.getInteger("livededup.crash.recoveries", 100);
    /** Another one tries other samples: for several runs side by side. */
    private static final long FIRST_SEED = Long.getLong("livededup.crash.firstSeed", 1);

    private static CrashSummary total = new CrashSummary("the catalogue", 0, 0, 0, 0, 0);

    @ParameterizedTest
    @EnumSource
    void anyCrashLeavesAStateThatWasPassed(CrashWorkloads workload) throws Exception {
        CrashSummary summary = record(workload).verify();
        System.out.println(summary);
        total = total.plus(summary);
        assertThat(summary.distinct() > 100 || isRepeating()).isTrue();
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void anyCrashLeavesAStateThatWasPassedForLong(CrashWorkloads workload) throws Exception {
        CrashRecording recording = record(workload).samples(200).cutRecoveries(RECOVERIES);
        // All combinations are had with the first seed.
        CrashSummary sum =
                recording.seed(FIRST_SEED).exhaustive(FIRST_SEED == 1 ? 12 : 0).verify();
        for (long seed = FIRST_SEED + 1; sum.seconds() < SECONDS && !isRepeating(); seed++) {
            sum = sum.plus(recording.seed(seed).exhaustive(0).verify());
        }
        System.out.println(sum);
        total = total.plus(sum);
    }

    private static CrashRecording record(CrashWorkloads workload) throws Exception {
        return workload.record(
                CrashKit.with(workload.options()).named(workload.title()).replayedBy(COMMAND));
    }

    private static boolean isRepeating() {
        return System.getProperty("livededup.crash.workload") != null;
    }

    @AfterAll
    static void printTotal() {
        System.out.println(total);
    }
}
