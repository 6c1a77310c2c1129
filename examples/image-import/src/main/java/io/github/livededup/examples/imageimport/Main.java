package io.github.livededup.examples.imageimport;

import io.github.livededup.examples.imageimport.command.Cli;
import io.github.livededup.examples.imageimport.command.Interruption;
import io.github.livededup.examples.imageimport.command.Volumes;
import io.github.livededup.examples.imageimport.console.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Starts the program. */
public final class Main {
    /** Held here, because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger LIBRARY_LOG = Logger.getLogger("io.github.livededup");

    private Main() {}

    /**
     * Runs one command line and exits with its code.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.setProperty("java.util.logging.SimpleFormatter.format", "livededup: %5$s%n");
        LIBRARY_LOG.setLevel(List.of(args).contains("--verbose") ? Level.INFO : Level.WARNING);
        Interruption interruption = new Interruption();
        interruption.install(err);
        int code = ExitCode.FAILED;
        try {
            code = new Cli(out, err, Volumes.LIVE, interruption).run(args);
            if (out.checkError() && code == ExitCode.OK) {
                err.println("livededup: the standard output could not be written");
                code = ExitCode.FAILED;
            }
        } finally {
            interruption.finished();
        }
        System.exit(code);
    }
}
