package io.github.livededup.engine.nio;

import static io.github.livededup.engine.nio.Failures.translated;

import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/** A volume as a store of files: what it takes on disk, and the room that is left. */
final class ImageFileStore extends FileStore {
    private final ImageFileSystem fileSystem;

    ImageFileStore(ImageFileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    private VolumeStatistics statistics() throws IOException {
        fileSystem.requireOpen();
        return translated(fileSystem.root(), fileSystem.volume()::statistics);
    }

    @Override
    public String name() {
        return fileSystem.directory().toString();
    }

    @Override
    public String type() {
        return VolumeUri.SCHEME;
    }

    @Override
    public boolean isReadOnly() {
        return fileSystem.isReadOnly();
    }

    /** What the volume takes and what it may still take. */
    @Override
    public long getTotalSpace() throws IOException {
        VolumeStatistics statistics = statistics();
        long total = statistics.physicalBytes() + statistics.freeBytes();
        return total < 0 ? Long.MAX_VALUE : total;
    }

    @Override
    public long getUsableSpace() throws IOException {
        return statistics().freeBytes();
    }

    @Override
    public long getUnallocatedSpace() throws IOException {
        return statistics().freeBytes();
    }

    @Override
    public long getBlockSize() {
        return fileSystem.volume().blockSizeBytes();
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return type == BasicFileAttributeView.class;
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return ImageAttributeView.NAMES.contains(name);
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        return null;
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        return switch (attribute) {
            case "totalSpace" -> getTotalSpace();
            case "usableSpace" -> getUsableSpace();
            case "unallocatedSpace" -> getUnallocatedSpace();
            case "blockSize" -> getBlockSize();
            default -> throw new UnsupportedOperationException("'" + attribute + "' not recognized");
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImageFileStore that && that.fileSystem.volume().equals(fileSystem.volume());
    }

    @Override
    public int hashCode() {
        return fileSystem.volume().hashCode();
    }

    @Override
    public String toString() {
        return name();
    }
}
