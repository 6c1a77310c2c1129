package io.github.livededup.engine.check;

import io.github.livededup.VerifyReport;
import io.github.livededup.engine.metadata.ProblemListener;
import java.util.ArrayList;
import java.util.List;

/** What a verification found; safe for use by many threads. A badly damaged volume does not fill memory: a part is kept. */
final class Problems implements ProblemListener {
    private static final int MAX_KEPT = 10_000;

    private final List<VerifyReport.Problem> kept = new ArrayList<>();
    private long count;

    @Override
    public synchronized void problem(String resource, String message) {
        count++;
        if (kept.size() < MAX_KEPT) {
            kept.add(new VerifyReport.Problem(resource, message));
        }
    }

    synchronized List<VerifyReport.Problem> kept() {
        return List.copyOf(kept);
    }

    synchronized long count() {
        return count;
    }
}
