package io.github.livededup.examples.serving.cli;

import io.github.livededup.InvalidArgumentException;
import java.io.PrintStream;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Runs a command line and tells failures in one line: exit code 1, or 2 for a command line that makes no sense. */
public final class CommandRunner {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final CommandLine line;
    private final PrintStream err;
    private final BooleanSupplier verbose;

    /**
     * Makes the runner.
     *
     * @param line the command, whose name begins every message
     * @param err told of errors
     * @param verbose whether stack traces are wanted; asked when something has failed
     */
    public CommandRunner(CommandLine line, PrintStream err, BooleanSupplier verbose) {
        this.line = line;
        this.err = err;
        this.verbose = verbose;
    }

    /**
     * Runs one command line.
     *
     * @param args the arguments
     * @return the exit code: the command's own, 1 if it failed, 2 if the arguments make no sense
     */
    public int run(String... args) {
        return line.setExpandAtFiles(false) // names may begin with "@", and are no names of files with more arguments
                .setParameterExceptionHandler((e, unused) -> report(e, USAGE))
                .setExecutionExceptionHandler((e, unused, result) -> report(e, isUsage(e) ? USAGE : FAILED))
                .execute(args);
    }

    private static boolean isUsage(Exception e) {
        return e instanceof UsageException
                || e instanceof TypeConversionException
                || e instanceof InvalidArgumentException;
    }

    private int report(Exception e, int code) {
        String message = e.getMessage();
        err.println(line.getCommandName() + ": "
                + (message == null ? e.getClass().getName() : message)
                + (code == USAGE ? " (see --help)" : ""));
        if (verbose.getAsBoolean()) {
            e.printStackTrace(err);
        }
        return code;
    }
}
