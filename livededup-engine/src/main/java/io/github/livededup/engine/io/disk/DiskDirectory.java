package io.github.livededup.engine.io.disk;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import java.io.File;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A volume's directory on disk, locked against other openers while it is open. One that is leaked gives its lock back when
 * the garbage collector finds it and all its files.
 */
public final class DiskDirectory implements VolumeDirectory {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Path root;
    private final boolean readOnly;
    private final boolean created;
    private final SystemCalls calls;
    private final VolumeLock lock;
    /** What the file system tells directories apart by, null if it does not. */
    private final @Nullable Object identity;

    private final Cleaner.Cleanable cleanable;

    private DiskDirectory(Path root, VolumeLock lock, boolean readOnly, boolean created, SystemCalls calls)
            throws IOException {
        this.root = root;
        this.lock = lock;
        this.readOnly = readOnly;
        this.created = created;
        this.calls = calls;
        try {
            this.identity = identity(root);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        this.cleanable = CLEANER.register(this, lock);
    }

    /**
     * Creates a directory for a new volume and locks it. An empty directory is taken over, so is one that holds nothing but
     * the lock file of an earlier attempt.
     *
     * @param path the directory; its parent exists
     * @return the locked directory
     * @throws AlreadyExistsException if the path is a file or a directory that is not empty
     * @throws NotFoundException if its parent is absent
     * @throws io.github.livededup.VolumeLockedException if it is open
     * @throws io.github.livededup.ReadOnlyException if the file system is mounted for reading only
     * @throws IOException if the file system refuses
     */
    public static DiskDirectory createLocked(Path path) throws IOException {
        return createLocked(path, SystemCalls.detected());
    }

    static DiskDirectory createLocked(Path path, SystemCalls calls) throws IOException {
        boolean created = false;
        try {
            Files.createDirectory(path);
            created = true;
        } catch (FileAlreadyExistsException exists) {
            if (!Files.isDirectory(path)) {
                throw new AlreadyExistsException(path.toString(), "a file has this name", exists);
            }
        } catch (NoSuchFileException absent) {
            throw new NotFoundException(path.toString(), "its parent directory is absent", absent);
        } catch (IOException failure) {
            throw ReadOnlyDisk.typed(path, failure);
        }
        if (!holdsOnlyLock(path)) {
            throw new AlreadyExistsException(path.toString(), "the directory is not empty");
        }
        VolumeLock lock = take(path, true, false);
        try {
            if (!holdsOnlyLock(path)) {
                throw new AlreadyExistsException(path.toString(), "the directory is not empty");
            }
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                DirectoryForce.force(parent);
            }
        } catch (IOException failure) {
            lock.close();
            throw failure;
        }
        return new DiskDirectory(path.toRealPath(), lock, false, created, calls);
    }

    /**
     * Locks the directory of an existing volume.
     *
     * @param path the directory
     * @param readOnly whether nothing in it may be changed; other processes may then read too
     * @return the locked directory
     * @throws NotFoundException if the directory or its lock file is absent
     * @throws io.github.livededup.VolumeLockedException if it is open
     * @throws io.github.livededup.ReadOnlyException if it is to be written to and the file system is mounted for reading only
     * @throws IOException if the file system refuses
     */
    public static DiskDirectory openLocked(Path path, boolean readOnly) throws IOException {
        return openLocked(path, readOnly, SystemCalls.detected());
    }

    static DiskDirectory openLocked(Path path, boolean readOnly, SystemCalls calls) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new NotFoundException(path.toString(), Files.exists(path) ? "not a directory" : "no such directory");
        }
        return new DiskDirectory(path.toRealPath(), take(path, false, readOnly), readOnly, false, calls);
    }

    private static VolumeLock take(Path path, boolean create, boolean readOnly) throws IOException {
        try {
            return VolumeLock.take(path, create, readOnly);
        } catch (IOException failure) {
            throw ReadOnlyDisk.typed(path, failure);
        }
    }

    /**
     * Opens the directory of a damaged volume for reading. It is locked as by {@link #openLocked} for reading; only if its lock
     * file is gone or no file at all, others in this JVM alone are kept out.
     *
     * @param path the directory
     * @return the directory
     * @throws NotFoundException if it is absent
     * @throws io.github.livededup.VolumeLockedException if it is open
     * @throws IOException if the file system refuses
     */
    public static DiskDirectory openDamaged(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new NotFoundException(path.toString(), Files.exists(path) ? "not a directory" : "no such directory");
        }
        VolumeLock lock = Files.isRegularFile(path.resolve(VolumeLock.FILE_NAME))
                ? VolumeLock.take(path, false, true)
                : VolumeLock.takeWithoutFile(path);
        return new DiskDirectory(path.toRealPath(), lock, true, false, SystemCalls.detected());
    }

    private static boolean holdsOnlyLock(Path path) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().equals(VolumeLock.FILE_NAME)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public String description() {
        return root.toString();
    }

    @Override
    public VolumeFile open(String name, OpenMode mode) throws IOException {
        if (mode != OpenMode.READ) {
            checkWritable();
        }
        checkIsThere();
        Path path = resolve(name);
        try {
            return new DiskFile(this, path, mode, calls);
        } catch (FileSystemException failure) {
            if (mode != OpenMode.CREATE) {
                checkKind(path, failure);
            }
            throw failure;
        }
    }

    /** What the system says of a file of the wrong kind has no type of its own. */
    private static void checkKind(Path path, FileSystemException failure) throws CorruptionException {
        if (Files.isDirectory(path)) {
            throw new CorruptionException(path.toString(), "kind: actual=a directory expected=a file", failure);
        }
        Path folder = path.getParent();
        if (folder != null && Files.isRegularFile(folder)) {
            throw new CorruptionException(folder.toString(), "kind: actual=a file expected=a directory", failure);
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(resolve(name));
    }

    @Override
    public List<String> list(String folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(folder), Files::isRegularFile)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException absent) {
            return names;
        }
        if (folder.isEmpty()) {
            names.remove(VolumeLock.FILE_NAME);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void createFolder(String folder) throws IOException {
        checkWritable();
        checkIsThere();
        try {
            Files.createDirectory(resolve(folder));
        } catch (FileAlreadyExistsException exists) {
            if (!Files.isDirectory(resolve(folder))) {
                throw exists;
            }
        } catch (IOException failure) {
            throw DiskFull.typed(description(), failure);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        checkWritable();
        checkIsThere();
        Files.deleteIfExists(resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        checkWritable();
        checkIsThere();
        Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void force(String folder) throws IOException {
        DirectoryForce.force(root.resolve(folder));
    }

    @Override
    public Optional<File> externalFile(String name) {
        return Optional.of(resolve(name).toFile());
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /**
     * Closes the directory and undoes its creation: deletes the lock file, and the directory itself if {@link #createLocked}
     * made it. To be called when creating a volume failed, after every file in it was deleted.
     *
     * @throws IOException if a file is left or the file system refuses; the lock is given back all the same
     */
    public void closeAndRemove() throws IOException {
        try (DiskDirectory closing = this) {
            closing.checkWritable();
            Files.deleteIfExists(root.resolve(VolumeLock.FILE_NAME));
            if (created) {
                Files.delete(root);
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
        cleanable.clean();
    }

    private static @Nullable Object identity(Path root) throws IOException {
        return Files.readAttributes(root, BasicFileAttributes.class).fileKey();
    }

    /** What was put in the place of the volume's directory since it was opened is not touched. */
    private void checkIsThere() throws IOException {
        try {
            if (Objects.equals(identity, identity(root))) {
                return;
            }
        } catch (NoSuchFileException gone) {
            throw new NotFoundException(description(), "the directory of the open volume is gone", gone);
        }
        throw new NotFoundException(description(), "another directory is in the place of the open volume's");
    }

    private void checkWritable() throws ReadOnlyException {
        if (readOnly) {
            throw new ReadOnlyException(description(), "opened for reading only");
        }
    }

    private Path resolve(String name) {
        Path path = root.resolve(name).normalize();
        if (!path.startsWith(root) || path.equals(root) || name.equals(VolumeLock.FILE_NAME)) {
            throw new IllegalArgumentException("name in a volume: actual=" + name + " expected=a file or folder in it");
        }
        return path;
    }
}
