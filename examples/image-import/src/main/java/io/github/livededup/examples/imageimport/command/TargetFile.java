package io.github.livededup.examples.imageimport.command;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that carries its name only once it is whole: it is written beside its place and moved there at the end. What is
 * there and no regular file, such as a device or a named pipe, is written directly.
 */
final class TargetFile implements Closeable {
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
     */
    static TargetFile open(Path file, boolean replace) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new TargetFile(file, file, FileChannel.open(file, StandardOpenOption.WRITE), replace);
        }
        if (Files.exists(file) && !replace) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path place = file.toAbsolutePath();
        Path written = place.resolveSibling(
                "." + place.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        FileChannel channel = FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new TargetFile(file, written, channel, replace);
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
