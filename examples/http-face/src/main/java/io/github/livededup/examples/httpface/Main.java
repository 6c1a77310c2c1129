package io.github.livededup.examples.httpface;

import io.github.livededup.examples.httpface.cli.ServeCommand;
import io.github.livededup.examples.serving.cli.Program;

/** Starts the program. */
public final class Main {
    private Main() {}

    /**
     * Runs one command line and exits with its code.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        Program.runAndExit(args, stop -> new ServeCommand(System.out, System.err, stop).run(args));
    }
}
