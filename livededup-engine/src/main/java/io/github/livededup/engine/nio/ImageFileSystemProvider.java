package io.github.livededup.engine.nio;

import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The provider of file systems over volumes; the package's description says how to use it. */
public final class ImageFileSystemProvider extends FileSystemProvider {
    private final OpenFileSystems open = new OpenFileSystems();

    /** Made by the JDK's service loader, when any program first asks for a file system that is not the default one. */
    public ImageFileSystemProvider() {}

    @Override
    public String getScheme() {
        return VolumeUri.SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
        Path directory = VolumeUri.directory(uri);
        VolumeEnvironment environment = VolumeEnvironment.of(env);
        Path key = OpenFileSystems.key(directory);
        requireSameVolume(key, environment);
        open.reserve(key);
        try {
            ImageFileSystem fileSystem = newFileSystem(key, environment);
            open.opened(key, fileSystem);
            return fileSystem;
        } catch (NotFoundException e) {
            NoSuchFileException absent = new NoSuchFileException(directory.toString(), null, e.getMessage());
            absent.initCause(e);
            throw absent;
        } finally {
            open.forget(key);
        }
    }

    /**
     * Opens a volume by its directory. With "create" the directory must be there, and empty; by URI it may be absent.
     *
     * @throws UnsupportedOperationException if the path is not a volume's directory
     */
    @Override
    public FileSystem newFileSystem(Path path, Map<String, ?> env) throws IOException {
        if (!path.getFileSystem().equals(FileSystems.getDefault()) || !isDirectory(path)) {
            throw new UnsupportedOperationException(path + " is not a directory");
        }
        VolumeEnvironment environment = VolumeEnvironment.of(env);
        Path key = OpenFileSystems.key(path);
        requireSameVolume(key, environment);
        try {
            ImageFileSystem fileSystem = newFileSystem(key, environment);
            open.openedIfFree(key, fileSystem);
            return fileSystem;
        } catch (NotFoundException e) {
            throw new UnsupportedOperationException(path + " is not a volume", e);
        }
    }

    private ImageFileSystem newFileSystem(Path directory, VolumeEnvironment environment) throws IOException {
        Volume volume = environment.open(directory);
        return new ImageFileSystem(this, open, volume, directory, environment);
    }

    private static boolean isDirectory(Path path) {
        try {
            return path.getFileSystem()
                    .provider()
                    .readAttributes(path, BasicFileAttributes.class)
                    .isDirectory();
        } catch (IOException e) {
            return false;
        }
    }

    private static void requireSameVolume(Path directory, VolumeEnvironment environment) throws IOException {
        Volume volume = environment.volume();
        if (volume != null && !OpenFileSystems.key(volume.directory()).equals(directory)) {
            throw new IllegalArgumentException(
                    "volume: actual=" + volume.directory() + " expected=the one in " + directory);
        }
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return open.get(VolumeUri.directory(uri));
    }

    @Override
    public Path getPath(URI uri) {
        String path = VolumeUri.path(uri);
        return open.get(VolumeUri.directory(uri)).getPath(path);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        ImagePath ours = ImagePath.of(path);
        OpenFlags flags = OpenFlags.of(options);
        refuse(attributes);
        return ours.getFileSystem().files().open(ours, flags);
    }

    private static void refuse(FileAttribute<?>... attributes) {
        for (FileAttribute<?> attribute : attributes) {
            throw new UnsupportedOperationException("'" + attribute.name() + "' not supported as initial attribute");
        }
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        ImagePath ours = ImagePath.of(directory);
        Objects.requireNonNull(filter, "filter");
        ImageFileSystem fileSystem = ours.getFileSystem();
        fileSystem.files().requireDirectory(ours);
        return fileSystem.keep(new ImageDirectoryStream(fileSystem, ours, filter));
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        ImagePath ours = ImagePath.of(directory);
        refuse(attributes);
        ours.getFileSystem().files().createDirectory(ours);
    }

    @Override
    public void delete(Path path) throws IOException {
        ImagePath ours = ImagePath.of(path);
        ours.getFileSystem().files().delete(ours);
    }

    /** Within a volume a clone, between two a copy of what is not a hole. */
    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        ImageCopies.copy(ImagePath.of(source), ImagePath.of(target), CopyFlags.forCopy(options));
    }

    /** Within a volume a rename, between two a copy and a deletion. */
    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        ImageCopies.move(ImagePath.of(source), ImagePath.of(target), CopyFlags.forMove(options));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        ImagePath ours = ImagePath.of(path);
        if (ours.equals(other)) {
            return true;
        }
        if (!(other instanceof ImagePath that)) {
            return false;
        }
        String name = ours.getFileSystem().files().existing(ours);
        String otherName = that.getFileSystem().files().existing(that);
        return name.equals(otherName)
                && ours.getFileSystem().volume().equals(that.getFileSystem().volume());
    }

    /** By the custom of POSIX: what begins with a dot. */
    @Override
    public boolean isHidden(Path path) {
        ImagePath name = ImagePath.of(path).getFileName();
        return name != null && name.toString().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        ImagePath ours = ImagePath.of(path);
        ours.getFileSystem().files().existing(ours);
        return new ImageFileStore(ours.getFileSystem());
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        ImagePath ours = ImagePath.of(path);
        ours.getFileSystem().files().checkAccess(ours, modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        ImagePath ours = ImagePath.of(path);
        return Objects.requireNonNull(type, "type") == BasicFileAttributeView.class
                ? type.cast(new ImageAttributeView(ours))
                : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        ImagePath ours = ImagePath.of(path);
        if (Objects.requireNonNull(type, "type") != BasicFileAttributes.class) {
            throw new UnsupportedOperationException("Attributes of type " + type.getName() + " not supported");
        }
        return type.cast(ours.getFileSystem().files().attributes(ours));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return NamedAttributes.read(ImagePath.of(path), attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        NamedAttributes.set(ImagePath.of(path), attribute, value);
    }
}
