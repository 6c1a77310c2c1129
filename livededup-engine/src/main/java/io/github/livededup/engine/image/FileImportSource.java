package io.github.livededup.engine.image;

import io.github.livededup.engine.io.disk.SourceFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a file's data extents; holes are passed over without being read. */
final class FileImportSource implements ImportSource {
    private final SourceFile file;
    private final int blockSizeBytes;
    private final long sizeBytes;
    private long nextBytes;
    private long dataEndBytes;

    FileImportSource(Path path, int blockSizeBytes) throws IOException {
        file = SourceFile.open(path);
        this.blockSizeBytes = blockSizeBytes;
        sizeBytes = file.sizeBytes();
    }

    @Override
    public long totalBytes() {
        return sizeBytes;
    }

    @Override
    public boolean take(ImportChunk chunk, ProgressMeter meter) throws IOException {
        if (nextBytes >= dataEndBytes) {
            long data = nextBytes >= sizeBytes ? sizeBytes : file.seek(nextBytes, true);
            if (data >= sizeBytes) {
                file.checkUnchanged();
                return false;
            }
            // An extent may start or end within a block; the block is read once, with what it holds of the hole.
            nextBytes = Math.max(nextBytes, data - data % blockSizeBytes);
            dataEndBytes = Math.min(sizeBytes, alignUp(file.seek(data, false)));
        }
        chunk.positionBytes = nextBytes;
        chunk.lengthBytes = (int) Math.min(ImportChunk.CHUNK_BYTES, dataEndBytes - nextBytes);
        nextBytes += chunk.lengthBytes;
        return true;
    }

    private long alignUp(long bytes) {
        return (bytes + blockSizeBytes - 1) / blockSizeBytes * blockSizeBytes;
    }

    @Override
    public void fill(ImportChunk chunk) throws IOException {
        chunk.bytes.clear().limit(chunk.lengthBytes);
        file.read(chunk.bytes, chunk.positionBytes);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
