package io.github.livededup.engine.nio;

import static io.github.livededup.engine.nio.Failures.translated;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.UUID;

/** Copies and moves of images, within a volume and between two. */
final class ImageCopies {
    private static final int BUFFER_BYTES = 1 << 20;
    /** Extents are asked for in pieces, so that no list of them grows large. */
    private static final long PIECE_BYTES = 1L << 30;

    private ImageCopies() {}

    /** As {@link java.nio.file.spi.FileSystemProvider#copy} says. */
    static void copy(ImagePath source, ImagePath target, CopyFlags flags) throws IOException {
        String from = source.getFileSystem().files().existing(source);
        String to = target.getFileSystem().files().locate(target);
        if (isSame(source, from, target, to)) {
            return;
        }
        target.getFileSystem().requireWritable();
        requireFile(source, from);
        requireFree(target, to, flags);
        ImageInfo info = source.getFileSystem().files().info(source, from);
        ImageStore sources = source.getFileSystem().images();
        ImageStore targets = target.getFileSystem().images();
        // Under a name of its own first, so that the target is what it was, or the whole copy.
        boolean isOneStep = sources.equals(targets) && !flags.replace();
        String made = isOneStep ? to : "." + UUID.randomUUID() + ".copy";
        translated(isOneStep ? target : source, () -> {
            make(sources, from, targets, made);
            return made;
        });
        try {
            translated(target, () -> {
                if (flags.attributes()) {
                    targets.setModified(made, info.modified());
                }
                rename(targets, made, to, flags.replace());
                return to;
            });
        } catch (Throwable e) {
            discard(targets, made, e);
            throw e;
        }
    }

    /** As {@link java.nio.file.spi.FileSystemProvider#move} says; an atomic move replaces as well. */
    static void move(ImagePath source, ImagePath target, CopyFlags flags) throws IOException {
        source.getFileSystem().requireWritable();
        String from = source.getFileSystem().files().existing(source);
        String to = target.getFileSystem().files().locate(target);
        if (isSame(source, from, target, to)) {
            return;
        }
        target.getFileSystem().requireWritable();
        requireFile(source, from);
        boolean replaces = flags.replace() || flags.atomic();
        requireFree(target, to, new CopyFlags(replaces, false, false));
        ImageStore images = source.getFileSystem().images();
        if (images.equals(target.getFileSystem().images())) {
            translated(target, () -> {
                rename(images, from, to, replaces);
                return to;
            });
            return;
        }
        if (flags.atomic()) {
            throw new AtomicMoveNotSupportedException(
                    source.toString(), target.toString(), "the two are in different volumes");
        }
        copy(source, target, new CopyFlags(flags.replace(), true, false));
        translated(source, () -> images.delete(from));
    }

    private static void rename(ImageStore images, String from, String to, boolean replaces) throws IOException {
        if (replaces) {
            images.replace(from, to);
        } else {
            images.rename(from, to);
        }
    }

    private static boolean isSame(ImagePath source, String from, ImagePath target, String to) {
        return from.equals(to)
                && source.getFileSystem().images().equals(target.getFileSystem().images());
    }

    private static void requireFile(ImagePath source, String from) throws FileSystemException {
        if (from.isEmpty()) {
            throw new FileSystemException(source.toString(), null, "a volume has no directory but its root");
        }
    }

    private static void requireFree(ImagePath target, String to, CopyFlags flags) throws IOException {
        ImageFiles files = target.getFileSystem().files();
        if (!flags.replace() && (to.isEmpty() || translated(target, () -> files.exists(to)))) {
            throw new FileAlreadyExistsException(target.toString());
        }
        if (to.isEmpty()) {
            throw files.rootStays(target);
        }
    }

    private static void make(ImageStore sources, String from, ImageStore targets, String to) throws IOException {
        if (sources.equals(targets)) {
            sources.clone(from, to);
            return;
        }
        try (Image source = sources.openReadOnly(from);
                Image target = targets.create(to, 0)) {
            try {
                copyContent(source, target);
            } catch (Throwable e) {
                discard(targets, to, e);
                throw e;
            }
        }
    }

    private static void discard(ImageStore images, String name, Throwable reason) {
        try {
            images.delete(name);
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private static void copyContent(Image source, Image target) throws IOException {
        long size = source.sizeBytes();
        target.resize(size);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (long at = 0; at < size; at += PIECE_BYTES) {
            for (Extent extent : source.extents(at, Math.min(PIECE_BYTES, size - at))) {
                if (extent.isData()) {
                    copyExtent(source, target, extent, buffer);
                }
            }
        }
    }

    private static void copyExtent(Image source, Image target, Extent extent, ByteBuffer buffer) throws IOException {
        long at = extent.positionBytes();
        while (at < extent.endBytes()) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, extent.endBytes() - at));
            if (source.read(buffer, at) < 0) {
                return; // it shrank meanwhile
            }
            int count = buffer.flip().remaining();
            target.write(buffer, at);
            at += count;
        }
    }
}
