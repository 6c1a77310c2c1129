package io.github.livededup.examples.serving.cli;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The life of a program from its arguments to its exit code: sets the log up, and ends in order when it is asked to go. */
public final class Program {
    static {
        // Before the first logger is made.
        if (System.getProperty(LogKeeper.PROPERTY) == null) {
            System.setProperty(LogKeeper.PROPERTY, LogKeeper.class.getName());
        }
    }

    /** Held here, because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger LOG = Logger.getLogger("io.github.livededup");

    private Program() {}

    /**
     * Runs one command line and exits the JVM with its code; to be called by {@code main} before anything makes a logger.
     *
     * @param args the arguments, of which {@code --verbose} and {@code -v} are looked at here
     * @param command the program, given when to stop; its result is the exit code
     */
    public static void runAndExit(String[] args, ToIntFunction<StopSignal> command) {
        setUpLog(List.of(args).contains("--verbose") || List.of(args).contains("-v"));
        StopSignal stop = new StopSignal();
        stop.install();
        int code = 1;
        try {
            code = command.applyAsInt(stop);
        } finally {
            stop.finished();
        }
        System.exit(code);
    }

    /** One line an entry, on the error stream; whoever names a configuration file of their own is left alone. */
    private static void setUpLog(boolean verbose) {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        System.setProperty(
                "java.util.logging.SimpleFormatter.format",
                "%1$tFT%1$tT%1$tz %4$s %5$s" + (verbose ? " (%2$s)%6$s" : "") + "%n");
        LOG.setLevel(verbose ? Level.FINE : Level.INFO);
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.setLevel(Level.ALL);
        }
    }
}
