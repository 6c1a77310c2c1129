package io.github.livededup.examples.imageimport.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A plain line every few seconds, for logs; short operations print none. */
final class LineView implements ProgressDisplay.View {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintStream err;
    private final String operation;
    private final long totalBytes;
    private final LongSupplier nanoClock;
    private final long started;
    private long printed;

    LineView(PrintStream err, String operation, long totalBytes) {
        this(err, operation, totalBytes, System::nanoTime);
    }

    LineView(PrintStream err, String operation, long totalBytes, LongSupplier nanoClock) {
        this.err = err;
        this.operation = operation;
        this.totalBytes = totalBytes;
        this.nanoClock = nanoClock;
        started = nanoClock.getAsLong();
        printed = started;
    }

    @Override
    public void show(ProgressDisplay.Sums sums) {
        long now = nanoClock.getAsLong();
        if (now - printed < INTERVAL_NANOS) {
            return;
        }
        printed = now;
        err.println(line(sums, Duration.ofNanos(now - started)));
    }

    private String line(ProgressDisplay.Sums sums, Duration elapsed) {
        StringBuilder line = new StringBuilder(operation).append(": ").append(Sizes.format(sums.bytesDone()));
        if (totalBytes > 0) {
            line.append(" of ").append(Sizes.format(totalBytes));
            line.append(" (")
                    .append(Sizes.percent((double) sums.bytesDone() / totalBytes))
                    .append(')');
        }
        line.append(", ")
                .append(Sizes.megabytesPerSecond(sums.bytesDone(), elapsed))
                .append(" MB/s");
        if (totalBytes > 0 && sums.bytesDone() > 0) {
            long left = Math.max(0, totalBytes - sums.bytesDone());
            double nanos = (double) elapsed.toNanos() * left / sums.bytesDone();
            line.append(", ETA ").append(Sizes.time(Duration.ofNanos((long) nanos)));
        }
        String duplicates = sums.duplicateShare();
        return line.append(duplicates.isEmpty() ? "" : ", ").append(duplicates).toString();
    }

    @Override
    public void close() {}
}
