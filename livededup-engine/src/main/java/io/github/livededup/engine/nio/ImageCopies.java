package io.github.livededup.engine.nio;

import static io.github.livededup.engine.nio.Failures.translated;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import io.github.livededup.NotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Copies and moves of images, within a volume and between two. */
final class ImageCopies {
    private static final int MAX_TURNS = 1000;
    private static final int BUFFER_BYTES = 1 << 20;
    /** Extents are asked for in pieces, so that no list of them grows large. */
    private static final long PIECE_BYTES = 1L << 30;

    private ImageCopies() {}

    /** A way to give an image a name that must be free. */
    @FunctionalInterface
    private interface Placing {
        void run() throws IOException;
    }

    /** As {@link java.nio.file.spi.FileSystemProvider#copy} says. */
    static void copy(ImagePath source, ImagePath target, CopyFlags flags) throws IOException {
        String from = source.getFileSystem().files().existing(source);
        String to = target.getFileSystem().files().locate(target);
        if (isSame(source, from, target, to)) {
            return;
        }
        target.getFileSystem().requireWritable();
        requireFile(source, from);
        ImageStore sources = source.getFileSystem().images();
        ImageStore targets = target.getFileSystem().images();
        ImageInfo info = source.getFileSystem().files().info(source, from);
        place(source, target, to, flags, () -> {
            if (sources == targets) {
                sources.clone(from, to);
            } else {
                copyContent(sources, from, targets, to);
            }
        });
        if (flags.attributes()) {
            translated(target, () -> {
                targets.setModified(to, info.modified());
                return to;
            });
        }
    }

    /** As {@link java.nio.file.spi.FileSystemProvider#move} says. */
    static void move(ImagePath source, ImagePath target, CopyFlags flags) throws IOException {
        source.getFileSystem().requireWritable();
        String from = source.getFileSystem().files().existing(source);
        String to = target.getFileSystem().files().locate(target);
        if (isSame(source, from, target, to)) {
            return;
        }
        target.getFileSystem().requireWritable();
        requireFile(source, from);
        ImageStore images = source.getFileSystem().images();
        if (images == target.getFileSystem().images()) {
            place(source, target, to, flags, () -> images.rename(from, to));
            return;
        }
        if (flags.atomic()) {
            throw new AtomicMoveNotSupportedException(
                    source.toString(), target.toString(), "the two are in different volumes");
        }
        copy(source, target, new CopyFlags(flags.replace(), true, false));
        translated(source, () -> images.delete(from));
    }

    private static boolean isSame(ImagePath source, String from, ImagePath target, String to) {
        return from.equals(to)
                && source.getFileSystem().images() == target.getFileSystem().images();
    }

    private static void requireFile(ImagePath source, String from) throws FileSystemException {
        if (from.isEmpty()) {
            throw new FileSystemException(source.toString(), null, "a volume has no directory but its root");
        }
    }

    /** Makes the target's name free, if the flags allow it, and places an image there. */
    private static void place(ImagePath source, ImagePath target, String to, CopyFlags flags, Placing placing)
            throws IOException {
        ImageFiles files = target.getFileSystem().files();
        if (to.isEmpty()) {
            throw flags.replace() ? files.rootStays(target) : new FileAlreadyExistsException(target.toString());
        }
        translated(target, () -> {
            for (int turn = 1; ; turn++) {
                try {
                    placing.run();
                    return to;
                } catch (NotFoundException gone) {
                    throw new NoSuchFileException(source.toString());
                } catch (AlreadyExistsException taken) {
                    if (!flags.replace() || turn == MAX_TURNS) {
                        throw taken;
                    }
                }
                try {
                    target.getFileSystem().images().delete(to);
                } catch (NotFoundException gone) {
                    Thread.onSpinWait(); // an import may keep the name
                }
            }
        });
    }

    private static void copyContent(ImageStore sources, String from, ImageStore targets, String to) throws IOException {
        try (Image source = sources.openReadOnly(from);
                Image target = targets.create(to, 0)) {
            try {
                target.resize(source.sizeBytes());
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
                long size = source.sizeBytes();
                for (long at = 0; at < size; at += PIECE_BYTES) {
                    for (Extent extent : source.extents(at, PIECE_BYTES)) {
                        if (extent.isData()) {
                            copyExtent(source, target, extent, buffer);
                        }
                    }
                }
            } catch (Throwable e) {
                try {
                    targets.delete(to);
                } catch (IOException second) {
                    e.addSuppressed(second);
                }
                throw e;
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
