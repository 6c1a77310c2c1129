package io.github.livededup.examples.imageimport.command;

import io.github.livededup.AlreadyExistsException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that carries its name only once it is whole: it is written beside its place and moved there at the end. What is
 * there and no regular file, such as a device or a named pipe, is written directly; a block device, which holds what somebody
 * may need, only if it is to be replaced.
 */
final class TargetFile implements Closeable {
    /** The part of a file's mode that says what it is, and what it is for a block device (stat(2)). */
    private static final int TYPE_MASK = 0170000;

    private static final int TYPE_BLOCK_DEVICE = 0060000;

    private final Path file;
    private final Path written;
    private final FileChannel channel;
    private final boolean replace;

    private TargetFile(Path file, Path written, FileChannel channel, boolean replace) {
        this.file = file;
        this.written = written;
        this.channel = channel;
        this.replace = replace;
    }

    /**
     * Opens the file for writing.
     *
     * @throws FileAlreadyExistsException if it is there and not to be replaced
     * @throws AlreadyExistsException if it is a block device and not to be replaced
     */
    static TargetFile open(Path file, boolean replace) throws IOException {
        checkDevice(file, replace);
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new TargetFile(file, file, FileChannel.open(file, StandardOpenOption.WRITE), replace);
        }
        if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) { // also a link to nothing
            throw new FileAlreadyExistsException(file.toString());
        }
        Path place = file.toAbsolutePath();
        Path written = place.resolveSibling(
                "." + place.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        FileChannel channel = FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new TargetFile(file, written, channel, replace);
    }

    /**
     * Refuses a block device that is not to be replaced.
     *
     * @throws AlreadyExistsException if it is one, whatever is on it
     */
    static void checkDevice(Path file, boolean replace) throws IOException {
        if (!replace && isBlockDevice(file)) {
            throw new AlreadyExistsException(file.toString(), "a block device, which is overwritten with --force only");
        }
    }

    private static boolean isBlockDevice(Path file) throws IOException {
        if (!Files.exists(file) || Files.isRegularFile(file) || Files.isDirectory(file)) {
            return false;
        }
        int mode = (int) Files.getAttribute(file, "unix:mode");
        return (mode & TYPE_MASK) == TYPE_BLOCK_DEVICE;
    }

    FileChannel channel() {
        return channel;
    }

    /** Gives the file its name; without this, closing removes it. */
    void keep() throws IOException {
        channel.close();
        if (written.equals(file)) {
            return;
        }
        if (replace) {
            Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.move(written, file);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!written.equals(file)) {
            Files.deleteIfExists(written);
        }
    }
}
