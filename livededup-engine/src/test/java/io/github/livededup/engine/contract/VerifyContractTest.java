package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.CancellationToken;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.ProgressListener;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verification of a sound volume. */
class VerifyContractTest extends VolumeContract {
    @Test
    void aSoundVolumeIsCleanAtEveryLevel() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 100));
        put(block(500));
        for (VerifyLevel level : VerifyLevel.values()) {
            assertClean(level);
        }
        reopen();
        for (VerifyLevel level : VerifyLevel.values()) {
            assertClean(level);
        }
    }

    @Test
    void readsEveryLiveBlock() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 100));
        createImage("b", TestData.distinctBlocks(blockSize, 51, 100));
        VerifyReport report = volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS));
        assertThat(report.blocks()).isEqualTo(150);
        assertThat(report.bytes()).isEqualTo(volume.statistics().storedBytes());
        assertThat(report.elapsed().isNegative()).isFalse();
    }

    @Test
    void tellsItsListenerAndStopsWhenCancelled() throws IOException {
        assumeThat(configuration.isModel()).isFalse();
        createImage("a", TestData.distinctBlocks(blockSize, 1, 100));
        List<Progress> reports = Collections.synchronizedList(new ArrayList<>());
        volume.verify(new VerifyOptions(VerifyLevel.FINGERPRINTS, reports::add, new CancellationToken()));
        assertThat(reports).isNotEmpty();
        assertThat(reports.get(reports.size() - 1).operation()).isEqualTo("verify");
        CancellationToken cancelled = new CancellationToken();
        cancelled.cancel();
        assertThatThrownBy(() ->
                        volume.verify(new VerifyOptions(VerifyLevel.FINGERPRINTS, ProgressListener.NONE, cancelled)))
                .isInstanceOf(OperationCancelledException.class);
        assertClean(VerifyLevel.FINGERPRINTS);
    }
}
