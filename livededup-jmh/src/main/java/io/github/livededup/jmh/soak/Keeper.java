package io.github.livededup.jmh.soak;

import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import java.io.IOException;
import java.time.Duration;

/** What an operator or a timer does: scrubs a slice, compacts, closes and opens the volume. */
final class Keeper {
    private static final Duration SLICE = Duration.ofMillis(300);

    private final SharedVolume volume;
    private final Operations operations;
    private int steps;

    Keeper(SharedVolume volume, Operations operations) {
        this.volume = volume;
        this.operations = operations;
    }

    /** Does the next thing. */
    void step() throws IOException {
        switch (++steps % 8) {
            case 0 -> {
                volume.reopen();
                operations.count("reopenings");
            }
            case 3 -> {
                volume.compact();
                operations.count("compactions");
            }
            case 5 -> {
                volume.change(open -> {
                    open.commit();
                });
                operations.count("commits");
            }
            default -> {
                check(VerifyOptions.of(VerifyLevel.FINGERPRINTS)
                        .withMaxDuration(SLICE)
                        .withThreads(1));
                operations.count("scrubs");
            }
        }
    }

    /** Verifies all of it. */
    void verifyAll() throws IOException {
        check(VerifyOptions.of(VerifyLevel.FINGERPRINTS));
    }

    private void check(VerifyOptions options) throws IOException {
        VerifyReport report = volume.use(open -> open.verify(options));
        if (!report.isClean()) {
            throw new IllegalStateException("verification: actual=" + report.problems() + " expected=none");
        }
    }
}
