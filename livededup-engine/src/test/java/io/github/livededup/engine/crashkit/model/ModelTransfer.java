package io.github.livededup.engine.crashkit.model;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.ExportResult;
import io.github.livededup.Extent;
import io.github.livededup.ImportResult;
import io.github.livededup.LiveDedupException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.SourceException;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The model's import and export: a whole image at a time. */
final class ModelTransfer {
    private final ModelVolume volume;
    private final ModelContent content;

    ModelTransfer(ModelVolume volume, ModelContent content) {
        this.volume = volume;
        this.content = content;
    }

    ImportResult importFile(Path file, String name, TransferOptions options) throws IOException {
        reserve(name);
        try {
            if (!Files.isRegularFile(file)) {
                throw new SourceException(file.toString(), "not a file that can be read");
            }
            try (FileChannel channel = FileChannel.open(file)) {
                return importBytes(channel, channel.size(), name, options);
            }
        } finally {
            unreserve(name);
        }
    }

    ImportResult importChannel(ReadableByteChannel channel, String name, TransferOptions options) throws IOException {
        reserve(name);
        try {
            return importBytes(channel, -1, name, options);
        } finally {
            unreserve(name);
        }
    }

    private void reserve(String name) throws IOException {
        synchronized (content) {
            volume.checkWritable();
            ((ModelImageStore) volume.images()).checkFree(name);
            content.importing.add(name);
        }
    }

    private void unreserve(String name) {
        synchronized (content) {
            content.importing.remove(name);
        }
    }

    private ImportResult importBytes(ReadableByteChannel channel, long total, String name, TransferOptions options)
            throws IOException {
        ModelImageData image = new ModelImageData(content, name, 0);
        try {
            long added = copyBlocks(channel, image, options);
            if (total >= 0 && image.sizeBytes < total) {
                throw new SourceException(name, "source shrank: actual=" + image.sizeBytes + " expected=" + total);
            }
            synchronized (content) {
                long mapped = image.blocks.size();
                long all = (image.sizeBytes + content.blockSizeBytes - 1) / content.blockSizeBytes;
                report(options, "import", name, image.sizeBytes, total, added, mapped - added, all - mapped);
                content.images.put(name, image);
                long storedBytes = added * content.blockSizeBytes;
                return new ImportResult(
                        name, image.sizeBytes, mapped, added, mapped - added, 0, storedBytes, Duration.ZERO);
            }
        } catch (IOException | RuntimeException e) {
            synchronized (content) {
                image.clear(0, Long.MAX_VALUE);
            }
            throw e;
        }
    }

    /** Copies all blocks into an image and counts the new ones. */
    private long copyBlocks(ReadableByteChannel channel, ModelImageData image, TransferOptions options)
            throws IOException {
        long added = 0;
        ByteBuffer block = ByteBuffer.allocate(content.blockSizeBytes);
        while (readBlock(channel, block.clear(), image.name, options) > 0) {
            Arrays.fill(block.array(), block.position(), content.blockSizeBytes, (byte) 0);
            synchronized (content) {
                volume.checkWritable();
                boolean isNew = !ModelContent.isZero(block.array()) && !content.holds(block.array());
                added += isNew ? 1 : 0;
                image.setBlock(image.sizeBytes / content.blockSizeBytes, block.array());
                image.sizeBytes += block.position();
            }
        }
        return added;
    }

    /** Reads a block, or what there is before the end. */
    private static int readBlock(ReadableByteChannel channel, ByteBuffer block, String name, TransferOptions options)
            throws IOException {
        try {
            int count = 0;
            while (count >= 0 && block.hasRemaining()) {
                checkCancelled(name, options);
                count = channel.read(block);
            }
            return block.position();
        } catch (LiveDedupException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(name, "cannot be read", e);
        }
    }

    private static void checkCancelled(String name, TransferOptions options) throws OperationCancelledException {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException(name, true);
        }
        if (options.cancellation().isCancelled()) {
            throw new OperationCancelledException(name, false);
        }
    }

    private static void report(
            TransferOptions options,
            String operation,
            String name,
            long done,
            long total,
            long added,
            long duplicates,
            long zeros) {
        options.listener()
                .onProgress(new Progress(operation, name, done, total, added, duplicates, zeros, Duration.ofMillis(1)));
    }

    ExportResult exportFile(String name, Path file, TransferOptions options) throws IOException {
        synchronized (content) {
            ModelImage image = open(name);
            if (!options.replaceExisting() && Files.exists(file)) {
                throw new AlreadyExistsException(file.toString(), "there is such a file");
            }
            if (Files.isDirectory(file)) {
                throw new AlreadyExistsException(file.toString(), "there is such a directory");
            }
            checkCancelled(name, options);
            Path temporary = file.resolveSibling(file.getFileName() + ".part");
            long data = 0;
            try (FileChannel target =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (Extent extent : image.extents(0, image.sizeBytes())) {
                    if (extent.isData()) {
                        target.write(read(image, extent), extent.positionBytes());
                        data += extent.lengthBytes();
                    }
                }
                extend(target, image.sizeBytes());
            }
            ExportResult result = exported(image, image.sizeBytes(), data, options);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            return result;
        }
    }

    private static void extend(FileChannel target, long sizeBytes) throws IOException {
        if (target.size() < sizeBytes) {
            target.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
    }

    ExportResult exportChannel(String name, WritableByteChannel channel, TransferOptions options) throws IOException {
        synchronized (content) {
            ModelImage image = open(name);
            long data = 0;
            long size = image.sizeBytes();
            List<ByteBuffer> all = new ArrayList<>();
            for (Extent extent : image.extents(0, size)) {
                all.add(read(image, extent));
                data += extent.isData() ? extent.lengthBytes() : 0;
            }
            for (ByteBuffer bytes : all) {
                checkCancelled(name, options);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            return exported(image, size, data, options);
        }
    }

    private ModelImage open(String name) throws IOException {
        return (ModelImage) volume.images().openReadOnly(name);
    }

    private static ByteBuffer read(ModelImage image, Extent extent) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) extent.lengthBytes());
        image.read(bytes, extent.positionBytes());
        return bytes.flip();
    }

    private ExportResult exported(ModelImage image, long size, long data, TransferOptions options) throws IOException {
        report(options, "export", image.name(), size, size, 0, 0, 0);
        return new ExportResult(image.name(), size, data, Duration.ZERO);
    }
}
