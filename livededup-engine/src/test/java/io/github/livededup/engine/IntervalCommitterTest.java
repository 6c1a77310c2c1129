package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After which failures commits at an interval go on: all but those after which no commit can succeed. */
class IntervalCommitterTest {
    private int commits;

    private IntervalCommitter failingOnce(Throwable failure) {
        return new IntervalCommitter(() -> {
            if (commits++ == 0) {
                throwIt(failure);
            }
        });
    }

    private static void throwIt(Throwable failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    static Stream<Throwable> passing() {
        return Stream.of(
                new VolumeFullException("volume", "full"),
                new CorruptionException("volume", "damaged"),
                new IOException("no descriptor"),
                new IllegalStateException("a fault"),
                new InternalError("as a lack of memory, which would end JUnit should it come through"));
    }

    @ParameterizedTest
    @MethodSource
    void passing(Throwable failure) throws IOException {
        IntervalCommitter committer = failingOnce(failure);
        committer.run();
        committer.run();
        assertThat(commits).isEqualTo(2);
    }

    @Test
    void aClosedOrFailedVolumeEndsThem() {
        assertThatThrownBy(failingOnce(new VolumeClosedException("volume", "closed"))::run)
                .isInstanceOf(VolumeClosedException.class);
        commits = 0;
        assertThatThrownBy(failingOnce(new VolumeFailedException("volume", "an earlier write failed"))::run)
                .isInstanceOf(VolumeFailedException.class);
    }
}
