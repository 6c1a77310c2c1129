package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A directory that passes every call on to another one; who wants to see, change or refuse some of them overrides those.
 * Files that are opened go through {@link #wrap}. No file is handed to libraries that open it themselves, as that would go
 * round the subclass.
 */
public class ForwardingDirectory implements VolumeDirectory {
    private final VolumeDirectory next;

    /**
     * Passes calls on.
     *
     * @param next where to
     */
    protected ForwardingDirectory(VolumeDirectory next) {
        this.next = next;
    }

    /**
     * What is handed out for a file that was opened.
     *
     * @param name its name
     * @param mode how it was opened
     * @param file the file of the directory behind
     * @return the file itself, or one that passes calls on to it
     * @throws IOException if opening shall fail after all
     */
    protected VolumeFile wrap(String name, OpenMode mode, VolumeFile file) throws IOException {
        return file;
    }

    @Override
    public VolumeFile open(String name, OpenMode mode) throws IOException {
        return wrap(name, mode, next.open(name, mode));
    }

    @Override
    public String description() {
        return next.description();
    }

    @Override
    public boolean exists(String name) {
        return next.exists(name);
    }

    @Override
    public List<String> list(String folder) throws IOException {
        return next.list(folder);
    }

    @Override
    public void createFolder(String folder) throws IOException {
        next.createFolder(folder);
    }

    @Override
    public void delete(String name) throws IOException {
        next.delete(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        next.rename(from, to);
    }

    @Override
    public void force(String folder) throws IOException {
        next.force(folder);
    }

    @Override
    public Optional<File> externalFile(String name) {
        return Optional.empty();
    }

    @Override
    public long usableBytes() throws IOException {
        return next.usableBytes();
    }

    @Override
    public void close() throws IOException {
        next.close();
    }
}
