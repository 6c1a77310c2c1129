package io.github.livededup.examples.imageimport.console;

import io.github.livededup.Progress;
import io.github.livededup.ProgressListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows the progress of one or several operations that run at the same time as one: a bar on a terminal, a plain line
 * every few seconds elsewhere, nothing when results are JSON or the user wants quiet.
 */
public final class ProgressDisplay implements ProgressListener, AutoCloseable {
    /** What draws the sums. */
    interface View extends AutoCloseable {
        /** Shows new sums; called by one thread at a time. */
        void show(Sums sums);

        @Override
        void close();
    }

    /**
     * The sums over all operations.
     *
     * @param bytesDone bytes passed
     * @param newBlocks new blocks
     * @param duplicateBlocks duplicate blocks
     */
    record Sums(long bytesDone, long newBlocks, long duplicateBlocks) {
        private Sums plus(Progress progress) {
            return new Sums(
                    bytesDone + progress.bytesDone(),
                    newBlocks + progress.newBlocks(),
                    duplicateBlocks + progress.duplicateBlocks());
        }

        /** The share of duplicates, for display. */
        String duplicateShare() {
            long blocks = newBlocks + duplicateBlocks;
            return blocks == 0 ? "" : Sizes.percent((double) duplicateBlocks / blocks) + " duplicate";
        }
    }

    private final Map<String, Progress> latest = new ConcurrentHashMap<>();
    private final View view;

    ProgressDisplay(View view) {
        this.view = view;
    }

    /**
     * Opens the display that fits.
     *
     * @param output the streams and the user's wishes
     * @param operation what is done, such as "import"
     * @param totalBytes the bytes of all operations together, or -1 if not known
     * @return the display; the caller closes it
     */
    public static ProgressDisplay open(Output output, String operation, long totalBytes) {
        if (output.json() || output.quiet()) {
            return new ProgressDisplay(new NoView());
        }
        return new ProgressDisplay(
                Terminal.isInteractive()
                        ? new BarView(output.err(), operation, totalBytes)
                        : new LineView(output.err(), operation, totalBytes));
    }

    @Override
    public void onProgress(Progress progress) {
        latest.put(progress.subject(), progress);
        synchronized (view) {
            Sums sums = new Sums(0, 0, 0);
            for (Progress each : latest.values()) {
                sums = sums.plus(each);
            }
            view.show(sums);
        }
    }

    @Override
    public void close() {
        synchronized (view) {
            view.close();
        }
    }

    /** Shows nothing. */
    private static final class NoView implements View {
        @Override
        public void show(Sums sums) {}

        @Override
        public void close() {}
    }
}
