package io.github.livededup.examples.fusemount;

import io.github.livededup.examples.fusemount.cli.MountCommand;
import io.github.livededup.examples.fusemount.cli.StopSignal;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Starts the program. */
public final class Main {
    static {
        // Before the first logger is made.
        if (System.getProperty(LogKeeper.PROPERTY) == null) {
            System.setProperty(LogKeeper.PROPERTY, LogKeeper.class.getName());
        }
    }

    /** Held here, because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger LOG = Logger.getLogger("io.github.livededup");

    private Main() {}

    /**
     * Runs one command line and exits with its code.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        setUpLog(List.of(args).contains("--verbose") || List.of(args).contains("-v"));
        StopSignal stop = new StopSignal();
        stop.install();
        int code = 1;
        try {
            code = new MountCommand(System.out, System.err, stop).run(args);
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
