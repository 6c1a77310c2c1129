package io.github.livededup.engine.nio;

import static io.github.livededup.engine.nio.Failures.translated;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The basic attributes of a path. Of the times only that of the last change can be set; the others are left alone, as file
 * systems do that do not keep them.
 */
final class ImageAttributeView implements BasicFileAttributeView {
    /** The views there are. */
    static final Set<String> NAMES = Set.of("basic", VolumeUri.SCHEME);

    private final ImagePath path;

    ImageAttributeView(ImagePath path) {
        this.path = path;
    }

    @Override
    public String name() {
        return "basic";
    }

    @Override
    public ImageAttributes readAttributes() throws IOException {
        return path.getFileSystem().files().attributes(path);
    }

    @Override
    public void setTimes(
            @Nullable FileTime lastModifiedTime, @Nullable FileTime lastAccessTime, @Nullable FileTime createTime)
            throws IOException {
        if (lastModifiedTime == null && lastAccessTime == null && createTime == null) {
            return;
        }
        ImageFileSystem fileSystem = path.getFileSystem();
        String name = fileSystem.files().existing(path);
        fileSystem.requireWritable();
        if (name.isEmpty()) {
            throw new FileSystemException(path.toString(), null, "the times of the root follow from its images");
        }
        if (lastModifiedTime != null) {
            translated(path, () -> {
                fileSystem.images().setModified(name, lastModifiedTime.toInstant());
                return name;
            });
        }
    }
}
