package io.github.livededup.examples.imageimport.console;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar with rate and estimated time. The width is given to the library, because finding it itself it would put its own
 * handlers in place of the JVM's, and Ctrl-C would no longer close the volume.
 */
final class BarView implements ProgressDisplay.View {
    private static final long MEGABYTE = 1_000_000;
    private static final int UPDATE_INTERVAL_MS = 200;

    private final ProgressBar bar;

    BarView(PrintStream err, String operation, long totalBytes) {
        bar = new ProgressBarBuilder()
                .setTaskName(operation)
                .setInitialMax(totalBytes)
                .setUnit(" MB", MEGABYTE)
                .setStyle(Terminal.isUnicode() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_INTERVAL_MS)
                .setConsumer(new ConsoleProgressBarConsumer(err, Terminal.columns()))
                .showSpeed(new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .build();
    }

    @Override
    public void show(ProgressDisplay.Sums sums) {
        bar.stepTo(sums.bytesDone());
        bar.setExtraMessage(" " + sums.duplicateShare());
    }

    @Override
    public void close() {
        bar.close();
    }
}
