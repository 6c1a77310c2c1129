package io.github.livededup.engine.nio;

import java.io.IOException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The file systems of a provider that are open, by the real path of their volume. */
final class OpenFileSystems {
    /** Empty while a file system is being opened; guarded by itself. */
    private final Map<Path, Optional<ImageFileSystem>> byDirectory = new HashMap<>();

    /** The name a directory goes by: its real path, as far as it exists. */
    static Path key(Path directory) throws IOException {
        try {
            return directory.toRealPath();
        } catch (NoSuchFileException absent) {
            Path path = directory.toAbsolutePath().normalize();
            Path parent = path.getParent();
            Path name = path.getFileName();
            return parent == null || name == null ? path : key(parent).resolve(name);
        }
    }

    /**
     * Takes the place of a file system that is to be opened; {@link #opened} or {@link #forget} must follow.
     *
     * @throws FileSystemAlreadyExistsException if it is taken
     */
    void reserve(Path key) {
        synchronized (byDirectory) {
            if (isTaken(key)) {
                throw new FileSystemAlreadyExistsException(key.toString());
            }
            byDirectory.put(key, Optional.empty());
        }
    }

    /** Fills the place that was taken. */
    void opened(Path key, ImageFileSystem fileSystem) {
        synchronized (byDirectory) {
            byDirectory.put(key, Optional.of(fileSystem));
        }
    }

    /** Fills a place, if it is free. */
    void openedIfFree(Path key, ImageFileSystem fileSystem) {
        synchronized (byDirectory) {
            if (!isTaken(key)) {
                opened(key, fileSystem);
            }
        }
    }

    /** Gives up a place that was taken but not filled. */
    void forget(Path key) {
        synchronized (byDirectory) {
            byDirectory.remove(key, Optional.empty());
        }
    }

    /** Takes a file system out. */
    void closed(ImageFileSystem fileSystem) {
        synchronized (byDirectory) {
            byDirectory.values().remove(Optional.of(fileSystem));
        }
    }

    ImageFileSystem get(Path directory) {
        Optional<ImageFileSystem> found;
        try {
            Path key = key(directory);
            synchronized (byDirectory) {
                found = byDirectory.getOrDefault(key, Optional.empty());
            }
        } catch (IOException e) {
            found = Optional.empty();
        }
        return found.filter(ImageFileSystem::isOpen)
                .orElseThrow(() -> new FileSystemNotFoundException(directory.toString()));
    }

    /** Whether a place is: one whose volume was closed behind the file system's back is free. */
    private boolean isTaken(Path key) {
        return byDirectory.containsKey(key)
                && byDirectory.get(key).map(ImageFileSystem::isOpen).orElse(true);
    }
}
