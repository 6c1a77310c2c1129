package io.github.livededup.engine.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A small file system of its own, in memory. Tests of a full disk must not fill the machine's: other tests run at the same time.
 * Only root can mount; for others the test is skipped.
 */
public final class SmallDisk implements AutoCloseable {
    private final Path root;

    private SmallDisk(Path root) {
        this.root = root;
    }

    /**
     * Mounts one.
     *
     * @param folder where; made by this
     * @param sizeMib its size
     * @return the disk, to be closed
     */
    public static SmallDisk mount(Path folder, int sizeMib) throws IOException, InterruptedException {
        Files.createDirectory(folder);
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + sizeMib + "m", "tmpfs", folder.toString()))
                .as("only root mounts")
                .isTrue();
        return new SmallDisk(folder);
    }

    /** Its root. */
    public Path root() {
        return root;
    }

    /** Mounts it again, {@code ro} or {@code rw}. */
    public void remount(String mode) throws IOException, InterruptedException {
        assertThat(run("mount", "-o", "remount," + mode, root.toString())).isTrue();
    }

    /** Unmounts it, which fails if a file is open. */
    @Override
    public void close() throws IOException, InterruptedException {
        assertThat(run("umount", root.toString())).as("nothing on it is open").isTrue();
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
