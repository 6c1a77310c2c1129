package io.github.livededup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.livededup.VerifyReport.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordsTest {
    @Test
    void progressHasARate() {
        Progress progress = new Progress("import", "debian", 3_000_000, 6_000_000, 1, 2, 3, Duration.ofMillis(1500));
        assertThat(progress.bytesPerSecond()).isCloseTo(2_000_000, within(0.001));
        assertThat(progress.total()).hasValue(6_000_000);
        Progress start = new Progress("import", "pipe", 0, -1, 0, 0, 0, Duration.ZERO);
        assertThat(start.bytesPerSecond()).isZero();
        assertThat(start.total()).isEmpty();
        assertThat(new Progress("import", "empty", 0, 0, 0, 0, 0, Duration.ZERO).total())
                .hasValue(0);
    }

    @Test
    void extentsHaveAnEnd() {
        assertThat(new Extent(4096, 8192, true).endBytes()).isEqualTo(12288);
    }

    @Test
    void estimatesSayWhatIsSaved() {
        SavingsEstimate estimate = new SavingsEstimate(4096, 2000, 1000, 600, 250);
        assertThat(estimate.deduplicationSaving()).isCloseTo(0.4, within(1e-9));
        assertThat(estimate.totalSaving()).isCloseTo(0.75, within(1e-9));
        SavingsEstimate zeros = new SavingsEstimate(4096, 2000, 0, 0, 0);
        assertThat(zeros.deduplicationSaving()).isZero();
        assertThat(zeros.totalSaving()).isZero();
    }

    @Test
    void reportsAreCleanWithoutProblems() {
        List<Problem> problems = new ArrayList<>();
        VerifyReport clean = new VerifyReport(VerifyLevel.METADATA, problems, 0, 1, 2, 3, Duration.ZERO);
        problems.add(new Problem("block 1", "checksum: actual=1 expected=2"));
        assertThat(clean.isClean()).isTrue();
        assertThat(clean.problems()).isEmpty();
        VerifyReport damaged = new VerifyReport(VerifyLevel.METADATA, problems, 20_000, 1, 2, 3, Duration.ZERO);
        assertThat(damaged.isClean()).isFalse();
        assertThat(damaged.problems()).isEqualTo(problems);
    }

    @Test
    void optionsOfAVerificationAreChecked() {
        VerifyOptions options = VerifyOptions.of(VerifyLevel.CHECKSUMS)
                .withThreads(3)
                .withBytesPerSecond(1)
                .withMaxDuration(Duration.ofNanos(1))
                .withCursor("text")
                .withMaxUses(0);
        assertThat(options.threads()).isEqualTo(3);
        assertThat(options.bytesPerSecond()).isEqualTo(1);
        assertThat(options.maxDuration()).contains(Duration.ofNanos(1));
        assertThat(options.cursor()).contains("text");
        assertThat(options.maxUses()).isZero();
        assertThatThrownBy(() -> options.withThreads(-1)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> options.withBytesPerSecond(0)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> options.withMaxDuration(Duration.ZERO)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> options.withMaxUses(-1)).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void aPlanAdvisesWhatHelpsUnlessNothingIsWrong() {
        RepairPlan.Trial fails =
                new RepairPlan.Trial(Set.of(RepairAction.REBUILD_COUNTS), false, "counts", "nothing", List.of());
        RepairPlan.Trial helps =
                new RepairPlan.Trial(Set.of(RepairAction.CUT_JOURNAL), true, "cuts", "changes", List.of());
        RepairPlan.Trial index =
                new RepairPlan.Trial(Set.of(RepairAction.REBUILD_INDEX), true, "deletes", "nothing", List.of());
        assertThat(new RepairPlan(false, List.of(), List.of(), 1, List.of(fails, helps, index)).advised())
                .contains(helps);
        assertThat(new RepairPlan(true, List.of(), List.of(), 0, List.of(helps, index)).advised())
                .isEmpty();
        assertThat(new RepairPlan(false, List.of(), List.of(), 1, List.of(fails, index)).advised())
                .isEmpty();
    }

    @Test
    void levelsGoDeeperOneByOne() {
        assertThat(VerifyLevel.values())
                .containsExactly(
                        VerifyLevel.STRUCTURE, VerifyLevel.METADATA, VerifyLevel.CHECKSUMS, VerifyLevel.FINGERPRINTS);
    }

    @Test
    void rewritePoliciesTellWhatTheyAre() {
        assertThat(RewritePolicy.never()).hasToString("RewritePolicy[NEVER]");
        assertThat(RewritePolicy.minimumRun(8).withMaxShare(0.25))
                .hasToString("RewritePolicy[MINIMUM_RUN, minRunBlocks=8, maxShare=0.25]");
        assertThat(RewritePolicy.newestVersion("debian", 0.5))
                .hasToString("RewritePolicy[NEWEST_VERSION, previousImage=debian, minUtilisation=0.5, maxShare=0.05]");
    }

    @Test
    void transferOptionsAreChangedOneByOne() {
        TransferOptions defaults = TransferOptions.defaults();
        assertThat(defaults.replaceExisting()).isFalse();
        assertThat(defaults.cancellation().isCancelled()).isFalse();
        assertThat(defaults.listener()).isSameAs(ProgressListener.NONE);
        CancellationToken token = new CancellationToken();
        ProgressListener listener = progress -> {};
        TransferOptions changed =
                defaults.withCancellation(token).withListener(listener).withReplaceExisting(true);
        assertThat(changed).isEqualTo(new TransferOptions(listener, token, true));
        assertThatThrownBy(() -> new TransferOptions(null, token, false)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new TransferOptions(listener, null, false)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void everyDefaultHasATokenOfItsOwn() {
        TransferOptions first = TransferOptions.defaults();
        first.cancellation().cancel();
        assertThat(first.cancellation().isCancelled()).isTrue();
        assertThat(TransferOptions.defaults().cancellation().isCancelled()).isFalse();
        assertThat(VerifyOptions.of(VerifyLevel.STRUCTURE).cancellation().isCancelled())
                .isFalse();
    }

    @Test
    void verifyOptionsRefuseNull() {
        assertThat(VerifyOptions.of(VerifyLevel.CHECKSUMS).level()).isEqualTo(VerifyLevel.CHECKSUMS);
        assertThatThrownBy(() -> VerifyOptions.of(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void algorithmsKnowTheirLength() {
        assertThat(FingerprintAlgorithm.SHA_256.lengthBytes()).isEqualTo(32);
        assertThat(FingerprintAlgorithm.BLAKE3.lengthBytes()).isEqualTo(32);
        assertThat(FingerprintAlgorithm.XXH3_128.lengthBytes()).isEqualTo(16);
        assertThat(FingerprintAlgorithm.SHA_256.isCryptographic()).isTrue();
        assertThat(FingerprintAlgorithm.BLAKE3.isCryptographic()).isTrue();
        assertThat(FingerprintAlgorithm.XXH3_128.isCryptographic()).isFalse();
    }
}
