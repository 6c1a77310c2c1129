package io.github.livededup.examples.fusemount.cli;

import io.github.livededup.Volume;
import io.github.livededup.examples.fusemount.fs.LiveFileSystem;
import io.github.livededup.examples.fusemount.fuse.Mount;
import io.github.livededup.examples.fusemount.metrics.Metrics;
import io.github.livededup.examples.serving.cli.CommandRunner;
import io.github.livededup.examples.serving.cli.MetricsOptions;
import io.github.livededup.examples.serving.cli.StopSignal;
import io.github.livededup.examples.serving.cli.UsageException;
import io.github.livededup.examples.serving.cli.VolumeSettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program: mounts a volume until it is unmounted or asked to stop. */
@Command(
        name = "livededup-fuse-mount",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Mounts a LiveDedup volume as a POSIX file system.",
        footer = {"", "Files in the root of the mount are images of the same name; unmount with fusermount -u."})
public final class MountCommand implements Callable<Integer> {
    private static final int OK = 0;

    private final PrintStream out;
    private final PrintStream err;
    private final StopSignal stop;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "MOUNTPOINT", description = "An existing directory.")
    private Path point = Path.of("");

    @Mixin
    private final MountOptions mount = new MountOptions();

    @Mixin
    private final VolumeSettings volumeSettings = new VolumeSettings();

    @Mixin
    private final MetricsOptions metricsOptions = new MetricsOptions();

    /** Read before the command line is parsed, by whoever sets the log up; here for the help. */
    @Option(
            names = {"-v", "--verbose"},
            description = "Log refused calls that are the volume's fault with stack traces.")
    private boolean verbose;

    /**
     * Makes the program.
     *
     * @param out told when it is mounted
     * @param err told of errors
     * @param stop when to stop
     */
    public MountCommand(PrintStream out, PrintStream err, StopSignal stop) {
        this.out = out;
        this.err = err;
        this.stop = stop;
    }

    /**
     * Runs one command line.
     *
     * @param args the arguments
     * @return the exit code: 0 when unmounted or stopped in order, 1 for a failure, 2 for a command line that makes no sense
     */
    public int run(String... args) {
        CommandLine line = new CommandLine(this).setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        return new CommandRunner(line, err, () -> verbose).run(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(point)) {
            throw new UsageException("mount point: actual=" + point + " expected=an existing directory");
        }
        if (mount.readOnly && mount.create) {
            throw new UsageException("--create does not go with --read-only");
        }
        metricsOptions.check();
        Metrics metrics = new Metrics();
        try (Volume volume = volumeSettings.open(directory, mount.readOnly, mount.create);
                LiveFileSystem files = new LiveFileSystem(volume, mount.rootOwner(directory));
                Mount mounted = new Mount(files, mount.toSettings(point, directory), metrics)) {
            mounted.start();
            serve(mounted, files, metrics);
        }
        return OK;
    }

    private void serve(Mount mounted, LiveFileSystem files, Metrics metrics) throws IOException, InterruptedException {
        try (Closeable writer = metricsOptions.start(() -> figures(metrics, files))) {
            out.println("mounted at " + point);
            try {
                CompletableFuture.anyOf(mounted.end(), stop.future()).get();
            } catch (ExecutionException e) {
                throw new IOException("the mount failed", e);
            }
            mounted.close();
        }
    }

    private static Map<String, Object> figures(Metrics metrics, LiveFileSystem files) {
        Map<String, Object> figures = metrics.toMap();
        figures.put("openFiles", (long) files.openHandles());
        return figures;
    }
}
