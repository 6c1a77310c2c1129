package io.github.livededup.engine.nio;

import io.github.livededup.ImageStore;
import io.github.livededup.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open volume as a file system. */
final class ImageFileSystem extends FileSystem {
    private final ImageFileSystemProvider provider;
    private final OpenFileSystems registry;
    private final Volume volume;
    private final Path directory;
    private final boolean ownsVolume;
    private final boolean readOnly;
    private final ImageFiles files = new ImageFiles(this);
    private final Set<Closeable> resources = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    ImageFileSystem(
            ImageFileSystemProvider provider,
            OpenFileSystems registry,
            Volume volume,
            Path directory,
            VolumeEnvironment environment) {
        this.provider = provider;
        this.registry = registry;
        this.volume = volume;
        this.directory = directory;
        ownsVolume = environment.volume() == null;
        readOnly = environment.readOnly() || volume.isReadOnly();
    }

    Volume volume() {
        return volume;
    }

    ImageStore images() {
        return volume.images();
    }

    ImageFiles files() {
        return files;
    }

    /** The volume's directory, by its real path. */
    Path directory() {
        return directory;
    }

    void requireOpen() {
        if (!isOpen()) {
            throw new ClosedFileSystemException();
        }
    }

    void requireWritable() {
        requireOpen();
        if (readOnly) {
            throw new ReadOnlyFileSystemException();
        }
    }

    /** Has a channel or stream closed when the file system is; it is forgotten by {@link #released}. */
    <T extends Closeable> T keep(T resource) throws IOException {
        resources.add(resource);
        if (closed.get()) {
            resource.close();
            throw new ClosedFileSystemException();
        }
        return resource;
    }

    void released(Closeable resource) {
        resources.remove(resource);
    }

    @Override
    public ImageFileSystemProvider provider() {
        return provider;
    }

    /** Closes channels and streams, then the volume if this file system opened it. */
    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        IOException failure = null;
        for (Closeable resource : resources) {
            try {
                resource.close();
            } catch (IOException e) {
                failure = join(failure, e);
            }
        }
        try {
            if (ownsVolume) {
                volume.close();
            }
        } catch (IOException e) {
            failure = join(failure, e);
        } finally {
            registry.closed(this);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static IOException join(@org.jspecify.annotations.Nullable IOException first, IOException second) {
        if (first == null) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }

    @Override
    public boolean isOpen() {
        return !closed.get() && volume.isOpen();
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    ImagePath root() {
        return ImagePath.parse(this, "/");
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(root());
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        requireOpen();
        return List.of(new ImageFileStore(this));
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return ImageAttributeView.NAMES;
    }

    @Override
    public ImagePath getPath(String first, String... more) {
        StringBuilder path = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                path.append(path.isEmpty() ? "" : "/").append(part);
            }
        }
        return ImagePath.parse(this, path.toString());
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        return PathMatchers.of(syntaxAndPattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("a volume has no users");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("a volume has no watch service");
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
