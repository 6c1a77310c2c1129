package io.github.livededup.engine.nio;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The root's entries, as of when the stream was opened, as far as a filter lets them through. */
final class ImageDirectoryStream implements DirectoryStream<Path> {
    private final ImageFileSystem fileSystem;
    private final ImagePath directory;
    private final Iterator<String> names;
    private final Filter<? super Path> filter;
    private boolean iterated;
    private volatile boolean closed;

    ImageDirectoryStream(ImageFileSystem fileSystem, ImagePath directory, Filter<? super Path> filter)
            throws IOException {
        this.fileSystem = fileSystem;
        this.directory = directory;
        this.filter = filter;
        names = fileSystem.files().names().iterator();
    }

    @Override
    public synchronized Iterator<Path> iterator() {
        if (closed) {
            throw new IllegalStateException("Directory stream is closed");
        }
        if (iterated) {
            throw new IllegalStateException("Iterator already obtained");
        }
        iterated = true;
        return new Entries();
    }

    @Override
    public void close() {
        closed = true;
        fileSystem.released(this);
    }

    /** Once the stream is closed it may give one more entry, which it had read ahead, and then ends. */
    private final class Entries implements Iterator<Path> {
        private @Nullable Path next;

        @Override
        public boolean hasNext() {
            synchronized (ImageDirectoryStream.this) {
                while (next == null && !closed && names.hasNext()) {
                    Path entry = directory.resolve(directory.getFileSystem().getPath(names.next()));
                    try {
                        next = filter.accept(entry) ? entry : null;
                    } catch (IOException e) {
                        throw new DirectoryIteratorException(e);
                    }
                }
                return next != null;
            }
        }

        @Override
        public Path next() {
            synchronized (ImageDirectoryStream.this) {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Path entry = next;
                next = null;
                return java.util.Objects.requireNonNull(entry);
            }
        }
    }
}
