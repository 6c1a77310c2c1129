package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.Volume;
import io.github.livededup.examples.nbdserver.export.CloneMode;
import io.github.livededup.examples.nbdserver.handshake.TlsMode;
import io.github.livededup.examples.nbdserver.server.NbdServer;
import io.github.livededup.examples.nbdserver.server.ServerSettings;
import io.github.livededup.examples.serving.cli.CommandRunner;
import io.github.livededup.examples.serving.cli.MetricsOptions;
import io.github.livededup.examples.serving.cli.StopSignal;
import io.github.livededup.examples.serving.cli.UsageException;
import io.github.livededup.examples.serving.cli.VolumeSettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program: serves a volume until it is asked to stop. */
@Command(
        name = "livededup-nbd-server",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serves the images of a LiveDedup volume as network block devices.",
        footer = {"", "Every image and snapshot is an export under its name; NAME?clone is a fresh clone of it."})
public final class ServeCommand implements Callable<Integer> {
    private static final int OK = 0;

    private final PrintStream out;
    private final PrintStream err;
    private final StopSignal stop;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Mixin
    private final ListenOptions listen = new ListenOptions();

    @Mixin
    private final ExportOptions exports = new ExportOptions();

    @Mixin
    private final TlsOptions tls = new TlsOptions();

    @Mixin
    private final LimitOptions limits = new LimitOptions();

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
     * @param out told where the server listens
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
        CommandLine line = new CommandLine(this)
                .registerConverter(CloneMode.class, text -> EnumNames.parse(CloneMode.class, text))
                .registerConverter(TlsMode.class, text -> EnumNames.parse(TlsMode.class, text));
        return new CommandRunner(line, err, () -> verbose).run(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (listen.unixSocket == null && listen.tcpAddress == null) {
            throw new UsageException("nowhere to listen: give --unix or --tcp");
        }
        if (exports.readOnly && !exports.toCreate.isEmpty()) {
            throw new UsageException("--create does not go with --read-only");
        }
        metrics.check();
        ServerSettings settings = new ServerSettings(
                listen.unixSocket, listen.tcpAddress, tls.toPolicy(), exports.toSettings(), limits.toLimits());
        NewImages newImages = new NewImages(exports.toCreate);
        // Closed in the order of their need: connections first, which may delete clones, then the volume, which
        // commits.
        try (Volume volume = volumeSettings.open(directory, exports.readOnly, !newImages.isEmpty())) {
            newImages.create(volume);
            try (NbdServer server = new NbdServer(volume, settings)) {
                serve(server);
            }
        }
        return OK;
    }

    private void serve(NbdServer server) throws IOException, InterruptedException {
        server.start();
        try (Closeable writer = metrics.start(() -> figures(server))) {
            for (Object address : server.addresses()) {
                out.println("listening at " + address);
            }
            stop.await();
            server.close();
        }
    }

    private static Map<String, Object> figures(NbdServer server) {
        Map<String, Object> figures = server.metrics().toMap();
        figures.put("bytesInFlight", (long) server.bytesInFlight());
        return figures;
    }
}
