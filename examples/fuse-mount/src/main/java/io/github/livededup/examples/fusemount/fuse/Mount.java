package io.github.livededup.examples.fusemount.fuse;

import io.github.livededup.examples.fusemount.fs.LiveFileSystem;
import io.github.livededup.examples.fusemount.metrics.Metrics;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A file system at a mount point, from {@link #start} until it is unmounted by whomever. */
public final class Mount implements Closeable {
    private static final Logger LOG = System.getLogger(Mount.class.getName());
    private static final long START_SECONDS = 60;
    private static final long UNMOUNT_SECONDS = 30;
    private static final long POLL_MILLIS = 20;

    private final Path point;
    private final FuseBinding binding;
    private final List<String> arguments;
    private final long stopSeconds;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private boolean closed;

    /**
     * Prepares to mount.
     *
     * @param files what to mount
     * @param settings where and how
     * @param metrics told of calls
     * @throws IOException if there is no FUSE here
     */
    public Mount(LiveFileSystem files, MountSettings settings, Metrics metrics) throws IOException {
        point = settings.point().toAbsolutePath();
        stopSeconds = settings.stopSeconds();
        arguments = settings.toArguments();
        requireFuse();
        try {
            binding = new FuseBinding(files, new Answers(metrics));
        } catch (LinkageError | RuntimeException e) {
            throw new IOException("libfuse.so.2 cannot be loaded (Debian: apt install fuse libfuse2): " + e, e);
        }
    }

    private static void requireFuse() throws IOException {
        if (!Files.exists(Path.of("/dev/fuse"))) {
            throw new IOException("there is no /dev/fuse: actual=absent expected=a kernel with FUSE");
        }
        // Paths come as texts in the JVM's default character set.
        if (!Charset.defaultCharset().equals(StandardCharsets.UTF_8)) {
            throw new IOException("default character set: actual=" + Charset.defaultCharset()
                    + " expected=UTF-8 (run java -Dfile.encoding=UTF-8, or set LC_ALL=C.UTF-8)");
        }
    }

    /**
     * Mounts.
     *
     * @throws IOException if it cannot be mounted
     * @throws InterruptedException if interrupted
     */
    public void start() throws IOException, InterruptedException {
        Thread loop = new Thread(this::serve, "fuse-loop");
        loop.setDaemon(true);
        loop.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!binding.started().await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (end.isDone() || System.nanoTime() > deadline) {
                throw new IOException("cannot mount at " + point + ": libfuse said why on the error stream");
            }
        }
    }

    private void serve() {
        try {
            end.complete(binding.serve(arguments));
        } catch (Throwable e) {
            end.completeExceptionally(e);
        }
    }

    /**
     * Told when the file system is unmounted.
     *
     * @return completes with the C library's code
     */
    public CompletableFuture<Integer> end() {
        return end;
    }

    /**
     * Unmounts. Files that are open go on working until they are closed, for as long as the settings say.
     *
     * @throws IOException if it cannot be unmounted
     */
    @Override
    public void close() throws IOException {
        if (closed || end.isDone()) {
            return;
        }
        closed = true;
        if (unmount("-u") != 0 && !end.isDone()) {
            LOG.log(Level.INFO, "{0} is in use; waiting up to {1} s for files to be closed", point, stopSeconds);
            if (unmount("-uz") != 0 && !end.isDone()) {
                throw new IOException("cannot unmount " + point);
            }
        }
        try {
            end.get(stopSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.log(Level.WARNING, "files are still open; they fail from now on");
        } catch (ExecutionException e) {
            throw new IOException("the mount failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int unmount(String option) throws IOException {
        List<String> command = new ArrayList<>(List.of("fusermount", option, "--", point.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor(UNMOUNT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return 1;
    }
}
