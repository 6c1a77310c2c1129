package io.github.livededup.examples.fusemount;

import io.github.livededup.examples.fusemount.cli.MountCommand;
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
        Program.runAndExit(args, stop -> new MountCommand(System.out, System.err, stop).run(args));
    }
}
