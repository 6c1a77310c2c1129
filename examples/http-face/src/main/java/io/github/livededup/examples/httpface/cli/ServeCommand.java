package io.github.livededup.examples.httpface.cli;

import io.github.livededup.Volume;
import io.github.livededup.examples.httpface.http.HttpFace;
import io.github.livededup.examples.serving.cli.AddressConverter;
import io.github.livededup.examples.serving.cli.CommandRunner;
import io.github.livededup.examples.serving.cli.MetricsOptions;
import io.github.livededup.examples.serving.cli.StopSignal;
import io.github.livededup.examples.serving.cli.UsageException;
import io.github.livededup.examples.serving.cli.VolumeSettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program: serves a volume until it is asked to stop. */
@Command(
        name = "livededup-http-face",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serves the images of a LiveDedup volume over HTTP.")
public final class ServeCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int MAX_THREADS = 1024;

    private final PrintStream out;
    private final PrintStream err;
    private final StopSignal stop;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Option(
            names = {"-l", "--listen"},
            paramLabel = "[HOST:]PORT",
            converter = AddressConverter.class,
            description = "Where to listen; without HOST for this machine only. Default 8086; 0 is any free port.")
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8086);

    @Option(
            names = {"-r", "--read-only"},
            description = "Open the volume for reading only.")
    private boolean readOnly;

    @Option(names = "--create", description = "Create the volume if it is not there.")
    private boolean create;

    @Option(names = "--threads", paramLabel = "N", description = "Requests worked on at the same time; default 32.")
    private int threads = 32;

    @Option(
            names = "--stop-timeout",
            paramLabel = "SECONDS",
            description = "The time that requests in flight have when the server stops; default 30.")
    private int stopSeconds = 30;

    @Mixin
    private final VolumeSettings volumeSettings = new VolumeSettings();

    @Mixin
    private final MetricsOptions metrics = new MetricsOptions();

    /** Read before the command line is parsed, by whoever sets the log up; here for the help. */
    @Option(
            names = {"-v", "--verbose"},
            description = "Log what clients do wrong, and stack traces.")
    private boolean verbose;

    /**
     * Makes the program.
     *
     * @param out told where it listens
     * @param err told of errors
     * @param stop when to stop
     */
    public ServeCommand(PrintStream out, PrintStream err, StopSignal stop) {
        this.out = out;
        this.err = err;
        this.stop = stop;
    }

    /**
     * Runs one command line.
     *
     * @param args the arguments
     * @return the exit code: 0 when stopped in order, 1 for a failure, 2 for a command line that makes no sense
     */
    public int run(String... args) {
        CommandLine line = new CommandLine(this).setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        return new CommandRunner(line, err, () -> verbose).run(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (readOnly && create) {
            throw new UsageException("--create does not go with --read-only");
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new UsageException("--threads: actual=" + threads + " expected=1.." + MAX_THREADS);
        }
        if (stopSeconds < 0) {
            throw new UsageException("--stop-timeout: actual=" + stopSeconds + " expected=0 or more");
        }
        metrics.check();
        try (Volume volume = volumeSettings.open(directory, readOnly, create);
                HttpFace face = new HttpFace(volume, readOnly, address, threads, stopSeconds)) {
            face.start();
            try (Closeable writer = metrics.start(face::metrics)) {
                out.println("listening at http://" + face.address().getHostString() + ":"
                        + face.address().getPort());
                stop.await();
                face.close();
            }
        }
        return OK;
    }
}
