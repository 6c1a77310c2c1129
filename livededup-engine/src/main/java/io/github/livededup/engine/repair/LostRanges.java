package io.github.livededup.engine.repair;

import io.github.livededup.SalvageReport;
import java.util.ArrayList;
import java.util.List;

/** The lost ranges of one image, in order; neighbours with the same cause are joined, and only so many are kept. */
final class LostRanges {
    private final List<SalvageReport.LostRange> kept = new ArrayList<>();
    private final int maxKept;
    private long count;
    private long bytes;
    private long start = -1;
    private long end;
    private SalvageReport.Cause cause = SalvageReport.Cause.BLOCK;
    private String message = "";

    LostRanges(int maxKept) {
        this.maxKept = maxKept;
    }

    /** Adds a range behind those added before. */
    void add(long offsetBytes, long lengthBytes, SalvageReport.Cause newCause, String newMessage) {
        if (lengthBytes <= 0) {
            return;
        }
        bytes += lengthBytes;
        if (start >= 0 && end == offsetBytes && cause == newCause) {
            end = offsetBytes + lengthBytes;
            return;
        }
        close();
        start = offsetBytes;
        end = offsetBytes + lengthBytes;
        cause = newCause;
        message = newMessage;
        count++;
    }

    private void close() {
        if (start >= 0 && kept.size() < maxKept) {
            kept.add(new SalvageReport.LostRange(start, end - start, cause, message));
        }
        start = -1;
    }

    /** The ranges kept; nothing is added after this. */
    List<SalvageReport.LostRange> finish() {
        close();
        return kept;
    }

    long count() {
        return count;
    }

    long bytes() {
        return bytes;
    }
}
