package io.github.livededup.engine.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureLatchTest {
    private final FailureLatch latch = new FailureLatch("test");

    @Test
    void theFirstFailureEndsAllChanges() throws IOException {
        latch.check();
        latch.run(() -> {});
        IOException first = new IOException("broken");
        assertThatThrownBy(() -> latch.run(() -> {
                    throw first;
                }))
                .isInstanceOf(VolumeFailedException.class)
                .hasCause(first);
        latch.record(new IOException("another"));
        assertThat(latch.cause()).isSameAs(first);
        assertThatThrownBy(latch::check)
                .isInstanceOf(VolumeFailedException.class)
                .hasCause(first);
        assertThatThrownBy(() -> latch.run(() -> {
                    throw new AssertionError("must not run");
                }))
                .isInstanceOf(VolumeFailedException.class);
    }

    @Test
    void anErrorOfTheJvmLatches() {
        InternalError fault = new InternalError("a fault occurred in an unsafe memory access operation");
        assertThatThrownBy(() -> latch.run(() -> {
                    throw fault;
                }))
                .isSameAs(fault);
        assertThatThrownBy(latch::check).hasCause(fault);
    }

    static IOException[] harmless() {
        return new IOException[] {
            new VolumeFullException("test", "full"),
            new CorruptionException("test", "damaged"),
            new OperationCancelledException("test", true),
            new ClosedByInterruptException(),
            new InterruptedIOException()
        };
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void typedFailuresAndInterruptsDoNotLatch(IOException failure) throws IOException {
        assertThatThrownBy(() -> latch.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        latch.check();
        assertThat(latch.cause()).isNull();
    }

    @Test
    void theReasonOfAPartThatRefusesByItselfIsTheFirstFailure() {
        FailureLatch latch = new FailureLatch("test");
        IOException force = new IOException("force");
        VolumeFailedException ofAPart = new VolumeFailedException("journal", "force failed", force);
        assertThat(latch.failedForGood(ofAPart)).isSameAs(ofAPart);
        assertThat(latch.cause()).isSameAs(force);
        assertThatThrownBy(latch::check)
                .isInstanceOf(VolumeFailedException.class)
                .hasCause(force);
    }

    @Test
    void theReasonIsFoundBehindSeveralPartsThatRefuse() {
        IOException force = new IOException("force", new IOException("of the system"));
        VolumeFailedException blocks = new VolumeFailedException("blocks.dat", "not forced again", force);
        latch.failedForGood(new VolumeFailedException("journal", "writing failed", blocks));
        assertThat(latch.cause()).isSameAs(force);
    }
}
