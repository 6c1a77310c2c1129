package io.github.livededup.engine.io.disk;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.NotFoundException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written by an export, under a temporary name beside its target until {@link #finish} moves it into place.
 * Closing it before removes it. A target that is a device is written itself, whatever is on it, and what was written before
 * it is closed stays. Writing and reading are safe for use by many threads, also threads that are interrupted.
 */
public final class TargetFile implements Closeable {
    private static final Set<OpenOption> CREATE = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    private static final Set<OpenOption> WRITE = Set.of(StandardOpenOption.WRITE);

    private final Path target;
    private final @Nullable Path temporary;
    private final boolean replaceExisting;
    private final RetryingChannel channel;
    /** A descriptor no interrupt can close, opened before anything is written; absent on a device. */
    private final @Nullable RandomAccessFile steady;

    private final boolean durable;
    /** Has the system begin to write what is to be durable. */
    private final SystemCalls.Descriptor writer;

    private boolean finished;

    private TargetFile(
            Path target, @Nullable Path temporary, boolean replaceExisting, boolean durable, RetryingChannel channel)
            throws IOException {
        this.durable = durable;
        this.target = target;
        this.temporary = temporary;
        this.replaceExisting = replaceExisting;
        this.channel = channel;
        this.steady = temporary == null ? null : new RandomAccessFile(temporary.toFile(), "rw");
        this.writer = temporary != null && durable
                ? SystemCalls.detected().open(temporary.toString(), false)
                : SystemCalls.Descriptor.NONE;
    }

    /**
     * Opens a target.
     *
     * @param path where the file is to be; its parent exists
     * @param replaceExisting whether a file of this name is replaced; a device is written whatever this says
     * @param durable whether {@link #finish} makes the content durable before, and the move after
     * @return the open target; the caller closes it
     * @throws AlreadyExistsException if a file has the name and is not to be replaced, or a directory has it
     * @throws NotFoundException if its parent is absent
     * @throws IOException if the file system refuses
     */
    public static TargetFile open(Path path, boolean replaceExisting, boolean durable) throws IOException {
        if (Files.isDirectory(path)) {
            throw new AlreadyExistsException(path.toString(), "a directory has this name");
        }
        if (isDevice(path)) {
            return new TargetFile(path, null, true, durable, new RetryingChannel(path, WRITE, WRITE));
        }
        if (!replaceExisting && Files.exists(path)) {
            throw new AlreadyExistsException(path.toString(), "a file has this name");
        }
        // Through a link, the file it points to is replaced and the link stays.
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
        RetryingChannel channel;
        try {
            channel = new RetryingChannel(temporary, CREATE, WRITE);
        } catch (NoSuchFileException absent) {
            throw new NotFoundException(path.toString(), "its parent directory is absent", absent);
        } catch (IOException failure) {
            throw DiskFull.typed(path.toString(), failure);
        }
        try {
            return new TargetFile(target, temporary, replaceExisting, durable, channel);
        } catch (IOException failure) {
            channel.close();
            Files.deleteIfExists(temporary);
            throw failure;
        }
    }

    /** Whether the path is there and neither file nor directory: a block device, a terminal, {@code /dev/null}. */
    private static boolean isDevice(Path path) throws IOException {
        return Files.exists(path)
                && Files.readAttributes(path, BasicFileAttributes.class).isOther();
    }

    /**
     * The target as messages name it.
     *
     * @return a path
     */
    public String description() {
        return target.toString();
    }

    /**
     * Whether everything not written reads as zeros. On a device it does not: zeros must be written there.
     *
     * @return true for files
     */
    public boolean startsAsZeros() {
        return temporary != null;
    }

    /**
     * Sets a file's size, the bytes not written being a hole. Does nothing on a device.
     *
     * @param sizeBytes the size
     * @throws IOException if it fails
     */
    public void resize(long sizeBytes) throws IOException {
        if (steady != null) {
            steady.setLength(sizeBytes);
        }
    }

    /**
     * Writes all of a buffer.
     *
     * @param from written from position to limit; the position moves to the limit
     * @param positionBytes where to start
     * @throws io.github.livededup.VolumeFullException if the target's disk is full
     * @throws IOException if writing fails
     */
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        int lengthBytes = from.remaining();
        channel.writeFully(from, positionBytes);
        writer.startWriting(positionBytes, lengthBytes);
    }

    /**
     * Moves the file into place, durably if it was opened so. Nothing may be written afterwards.
     *
     * @throws AlreadyExistsException if a file took the name meanwhile and is not to be replaced
     * @throws IOException if it fails; closing then removes what was written
     */
    public void finish() throws IOException {
        if (durable) {
            force();
        }
        if (temporary != null) {
            if (!replaceExisting && Files.exists(target)) {
                throw new AlreadyExistsException(description(), "a file has this name");
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            finished = true;
            Path parent = target.getParent();
            if (durable && parent != null) {
                DirectoryForce.force(parent);
            }
        }
        finished = true;
    }

    private void force() throws IOException {
        try {
            if (steady != null) {
                steady.getFD().sync();
            } else {
                channel.call(open -> {
                    open.force(true);
                    return true;
                });
            }
        } catch (IOException failure) {
            throw DiskFull.typed(description(), failure);
        }
    }

    /** Closes the target; unless it was finished, a file is removed. Again does nothing. */
    @Override
    public void close() throws IOException {
        try (channel;
                writer) {
            if (steady != null) {
                steady.close();
            }
        } finally {
            if (!finished && temporary != null) {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
