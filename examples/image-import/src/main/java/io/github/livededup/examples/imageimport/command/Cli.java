package io.github.livededup.examples.imageimport.command;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CancellationToken;
import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.IndexBackend;
import io.github.livededup.RepairAction;
import io.github.livededup.VerifyLevel;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Failure;
import io.github.livededup.examples.imageimport.console.Output;
import io.github.livededup.examples.imageimport.console.UsageException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program's root command, which holds the options of all subcommands and what they share. */
@Command(
        name = "livededup",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        description = "Keeps disk images in a deduplicating volume.",
        footer = {"", "Sizes are written 4096, 4K, 128M, 1.5G. Exit codes: 0 fine, 1 failed, 2 usage, 3 damage found."})
public final class Cli implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;
    private final Volumes volumes;
    private final Interruption interruption;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print results and errors as JSON.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Print errors only.")
    private boolean quiet;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean verbose;

    /**
     * Makes the program.
     *
     * @param out the standard output
     * @param err the error stream
     * @param volumes where volumes come from
     * @param interruption cancels what runs
     */
    public Cli(PrintStream out, PrintStream err, Volumes volumes, Interruption interruption) {
        this.out = out;
        this.err = err;
        this.volumes = volumes;
        this.interruption = interruption;
    }

    /**
     * Runs one command line.
     *
     * @param args the arguments
     * @return the exit code
     */
    public int run(String... args) {
        boolean jsonErrors = Arrays.asList(args).contains("--json");
        CommandLine line = commandLine(args);
        line.setParameterExceptionHandler((e, unused) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            return report(new UsageException(e.getMessage() + " (see " + name + " --help)"), jsonErrors);
        });
        line.setExecutionExceptionHandler((e, unused, result) -> report(e, json));
        try {
            return line.execute(args);
        } catch (VirtualMachineError e) {
            return report(e, jsonErrors);
        }
    }

    private CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(this);
        for (String name : Subcommands.neededFor(args)) {
            line.addSubcommand(Subcommands.make(name, this));
        }
        return line.setExpandAtFiles(false) // names may begin with "@", and are no names of files with more arguments
                .setOut(writer(out))
                .setErr(writer(err))
                .registerConverter(Compression.class, new EnumNames<>(Compression.class))
                .registerConverter(FingerprintAlgorithm.class, new EnumNames<>(FingerprintAlgorithm.class))
                .registerConverter(IndexBackend.class, new EnumNames<>(IndexBackend.class))
                .registerConverter(RepairAction.class, new EnumNames<>(RepairAction.class))
                .registerConverter(VerifyLevel.class, new EnumNames<>(VerifyLevel.class));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    @Override
    public Integer call() {
        throw new UsageException("no command given (see livededup --help)");
    }

    private int report(Throwable thrown, boolean asJson) {
        Failure failure = Failure.of(thrown);
        failure.print(err, asJson);
        if (verbose) {
            thrown.printStackTrace(err);
        }
        return failure.exitCode();
    }

    /** Prints a failure that does not end the command, and returns its exit code. */
    int reportAndGoOn(Throwable thrown) {
        return report(thrown, json);
    }

    Output output() {
        return new Output(out, err, json, quiet);
    }

    Volumes volumes() {
        return volumes;
    }

    Interruption interruption() {
        return interruption;
    }

    CancellationToken cancellation() {
        return interruption.token();
    }

    /** Opens a volume with the defaults, but for compaction: space comes back when the user says so. */
    Volume open(Path directory) throws IOException {
        return volumes.open(
                directory,
                VolumeOptions.builder()
                        .backgroundCompaction(BackgroundCompaction.OFF)
                        .build());
    }

    /** Opens a volume for reading only. */
    Volume openReadOnly(Path directory) throws IOException {
        return volumes.open(directory, VolumeOptions.builder().readOnly(true).build());
    }

    /** The exit code of the worse of two outcomes. */
    static int worse(int a, int b) {
        return a == ExitCode.OK ? b : b == ExitCode.OK ? a : Math.max(a, b);
    }
}
