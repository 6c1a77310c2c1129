package io.github.livededup.examples.imageimport.console;

/** The program's exit codes. */
public final class ExitCode {
    /** All is well. */
    public static final int OK = 0;
    /** The operation failed. */
    public static final int FAILED = 1;
    /** The command line makes no sense. */
    public static final int USAGE = 2;
    /** Damage was found. */
    public static final int DAMAGED = 3;

    private ExitCode() {}
}
