package io.github.livededup.engine.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private final Attempts attempts = new Attempts();
    private final List<String> made = new ArrayList<>();

    @Test
    void throwsNothingIfNothingFailed() throws IOException {
        attempts.run(() -> made.add("a"));
        attempts.end();
        assertThat(made).containsExactly("a");
    }

    @Test
    void makesEveryStepAndThrowsTheFirstFailure() {
        Throwable[] failures = {
            new IOException("io"), new IllegalStateException("state"), new OutOfMemoryError("memory")
        };
        for (int first = 0; first < failures.length; first++) {
            Attempts each = new Attempts();
            made.clear();
            for (int i = 0; i < failures.length; i++) {
                Throwable failure = failures[(first + i) % failures.length];
                each.run(() -> fail(failure));
            }
            each.run(() -> made.add("last"));
            assertThatThrownBy(each::end).isSameAs(failures[first]);
            assertThat(made).containsExactly("last");
        }
        assertThat(failures[0].getSuppressed()).contains(failures[1], failures[2]);
    }

    @Test
    void aFailureThatComesTwiceIsNotItsOwnCompanion() {
        IOException same = new IOException("same");
        attempts.run(() -> fail(same));
        attempts.run(() -> fail(same));
        assertThatThrownBy(attempts::end).isSameAs(same);
        assertThat(same.getSuppressed()).isEmpty();
    }

    private static void fail(Throwable failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        throw (Error) failure;
    }
}
