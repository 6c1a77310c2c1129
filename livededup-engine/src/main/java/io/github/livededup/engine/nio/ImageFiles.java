package io.github.livededup.engine.nio;

import static io.github.livededup.engine.nio.Failures.translated;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.NotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;

/** What one file system does with names: finding, creating, opening and deleting. "" is the name of the root. */
final class ImageFiles {
    /** Others may create or delete the image in between; after so many turns it is no coincidence. */
    private static final int MAX_TURNS = 1000;

    private final ImageFileSystem fileSystem;

    ImageFiles(ImageFileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /**
     * The name that a path denotes, whether or not there is such an image.
     *
     * @param path the path
     * @return the name, "" for the root
     * @throws NoSuchFileException if it leads through a name that is no image
     * @throws FileSystemException if it leads through an image
     */
    String locate(ImagePath path) throws IOException {
        fileSystem.requireOpen();
        String found = "";
        for (String name : path.names()) {
            if (!found.isEmpty()) {
                info(path, found);
                throw new FileSystemException(path.toString(), null, "Not a directory");
            }
            boolean isRoot = name.isEmpty() || name.equals(".") || name.equals("..");
            found = isRoot ? "" : name;
        }
        return found;
    }

    /**
     * The name of what exists at a path.
     *
     * @param path the path
     * @return the name, "" for the root
     * @throws NoSuchFileException if there is nothing
     */
    String existing(ImagePath path) throws IOException {
        String name = locate(path);
        if (!name.isEmpty()) {
            info(path, name);
        }
        return name;
    }

    /**
     * Checks that a path denotes the root.
     *
     * @param path the path
     * @throws NotDirectoryException if it is an image, or leads through one
     * @throws NoSuchFileException if there is nothing
     */
    void requireDirectory(ImagePath path) throws IOException {
        boolean isDirectory;
        try {
            isDirectory = existing(path).isEmpty();
        } catch (NoSuchFileException absent) {
            throw absent;
        } catch (FileSystemException through) {
            isDirectory = false;
        }
        if (!isDirectory) {
            throw new NotDirectoryException(path.toString());
        }
    }

    /**
     * What is known of an image.
     *
     * @param path the path as it was given
     * @param name the image's name
     * @return the information
     * @throws NoSuchFileException if there is no such image
     */
    ImageInfo info(ImagePath path, String name) throws IOException {
        return translated(path, () -> fileSystem.images().info(name));
    }

    /** The names of all images. */
    List<String> names() throws IOException {
        fileSystem.requireOpen();
        return translated(
                fileSystem.root(),
                () -> fileSystem.images().list().stream().map(ImageInfo::name).toList());
    }

    ImageAttributes attributes(ImagePath path) throws IOException {
        String name = locate(path);
        return name.isEmpty()
                ? ImageAttributes.ofRoot(fileSystem, translated(path, fileSystem.images()::list))
                : ImageAttributes.of(fileSystem, info(path, name));
    }

    void checkAccess(ImagePath path, AccessMode... modes) throws IOException {
        String name = locate(path);
        boolean isSnapshot = !name.isEmpty() && info(path, name).isSnapshot();
        for (AccessMode mode : modes) {
            boolean isDenied = switch (mode) {
                case READ -> false;
                case WRITE -> isSnapshot || fileSystem.isReadOnly();
                case EXECUTE -> !name.isEmpty();
            };
            if (isDenied) {
                throw new AccessDeniedException(path.toString());
            }
        }
    }

    /** Opens an image as a channel, creating it where the flags say so. */
    ImageFileChannel open(ImagePath path, OpenFlags flags) throws IOException {
        String name = locate(path);
        if (flags.changes()) {
            fileSystem.requireWritable();
        }
        if (name.isEmpty()) {
            throw flags.createNew() ? new FileAlreadyExistsException(path.toString()) : Failures.isDirectory(path);
        }
        Image image = translated(path, () -> openImage(name, flags));
        try {
            if (flags.write() && image.isReadOnly()) {
                throw new AccessDeniedException(path.toString(), null, "a snapshot cannot be written");
            }
            return fileSystem.keep(new ImageFileChannel(fileSystem, path, image, flags));
        } catch (Throwable e) {
            image.close();
            throw e;
        }
    }

    private Image openImage(String name, OpenFlags flags) throws IOException {
        if (flags.createNew()) {
            return fileSystem.images().create(name, 0);
        }
        if (!flags.write()) {
            return fileSystem.images().openReadOnly(name);
        }
        for (int turn = 1; ; turn++) {
            try {
                return fileSystem.images().open(name);
            } catch (NotFoundException absent) {
                if (!flags.create()) {
                    throw absent;
                }
            }
            try {
                return fileSystem.images().create(name, 0);
            } catch (AlreadyExistsException present) {
                if (turn == MAX_TURNS) {
                    throw present; // an import keeps the name
                }
                Thread.onSpinWait();
            }
        }
    }

    void createDirectory(ImagePath path) throws IOException {
        String name = locate(path);
        if (name.isEmpty() || exists(name)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        fileSystem.requireWritable();
        throw new FileSystemException(path.toString(), null, "a volume has no directory but its root");
    }

    boolean exists(String name) throws IOException {
        try {
            fileSystem.images().info(name);
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    void delete(ImagePath path) throws IOException {
        String name = locate(path);
        fileSystem.requireWritable();
        if (name.isEmpty()) {
            throw rootStays(path);
        }
        translated(path, () -> fileSystem.images().delete(name));
    }

    /** What a try to delete or replace the root is answered with. */
    IOException rootStays(ImagePath path) throws IOException {
        return names().isEmpty()
                ? new FileSystemException(path.toString(), null, "the root cannot be deleted")
                : new DirectoryNotEmptyException(path.toString());
    }
}
