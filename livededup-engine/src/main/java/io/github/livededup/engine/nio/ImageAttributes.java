package io.github.livededup.engine.nio;

import io.github.livededup.ImageInfo;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Attributes of an image or the root, as of when they were asked for.
 *
 * @param fileKey tells files apart; an image that took another's place has another key
 * @param isDirectory whether it is the root
 * @param size the size in bytes, 0 for the root
 * @param creationTime when it was created
 * @param lastModifiedTime when it was last changed; for the root when the newest image was created
 */
record ImageAttributes(Object fileKey, boolean isDirectory, long size, FileTime creationTime, FileTime lastModifiedTime)
        implements BasicFileAttributes {
    /** Names compare exactly, and a name is one image's at a time. */
    private record Key(Path volume, String name, Instant created) {}

    static ImageAttributes of(ImageFileSystem fileSystem, ImageInfo info) {
        return new ImageAttributes(
                new Key(fileSystem.directory(), info.name(), info.created()),
                false,
                info.sizeBytes(),
                FileTime.from(info.created()),
                FileTime.from(info.modified()));
    }

    static ImageAttributes ofRoot(ImageFileSystem fileSystem, List<ImageInfo> images) {
        Instant newest = images.stream()
                .map(ImageInfo::created)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        Instant oldest = images.stream()
                .map(ImageInfo::created)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        return new ImageAttributes(
                new Key(fileSystem.directory(), "", Instant.EPOCH),
                true,
                0,
                FileTime.from(oldest),
                FileTime.from(newest));
    }

    /** Reading is not noted: the time of the last change. */
    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime;
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }
}
