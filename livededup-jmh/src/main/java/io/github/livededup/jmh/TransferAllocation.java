package io.github.livededup.jmh;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Imports and exports of 64 MiB, for {@link AllocationReport}. */
final class TransferAllocation implements AutoCloseable {
    private static final int BATCH = 64;
    private static final String NAME = "image";

    private final ScratchVolume scratch = new ScratchVolume(JdkBlocks.BLOCK_BYTES, FingerprintAlgorithm.SHA_256);
    private final RealData data = new RealData(JdkBlocks.BLOCK_BYTES, BATCH);
    private final TransferOptions options =
            TransferOptions.defaults().withReplaceExisting(true).withDurable(false);
    private final Path file = scratch.file("source");
    private final Path out = scratch.file("out");
    private int imports;

    /** Makes a volume with the data in it as an image, and the file that it came from. */
    TransferAllocation() throws IOException {
        writeFile(false);
        scratch.images().importFile(file, NAME, options);
    }

    /** What is measured. */
    List<AllocationPath> paths() {
        int blocks = data.batches() * BATCH;
        return List.of(
                new AllocationPath("import of 64 MiB, known", blocks, this::importFile),
                new AllocationPath("import of 64 MiB, new", blocks, this::importFile, this::nextFile),
                new AllocationPath(
                        "export of 64 MiB", blocks, () -> scratch.images().exportFile(NAME, out, options)));
    }

    private void importFile() throws IOException {
        scratch.images().importFile(file, NAME + ++imports, options);
    }

    /** Makes the next round's file; its own blocks are not counted with the path's. */
    private void nextFile() throws IOException {
        writeFile(true);
    }

    private void writeFile(boolean fresh) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < data.batches(); i++) {
                ByteBuffer batch = fresh ? data.fresh(1) : data.known();
                while (batch.hasRemaining()) {
                    channel.write(batch);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        scratch.close();
    }
}
