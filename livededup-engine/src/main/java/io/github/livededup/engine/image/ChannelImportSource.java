package io.github.livededup.engine.image;

import io.github.livededup.LiveDedupException;
import io.github.livededup.SourceException;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/** Reads a channel to its end. The channel stays open. */
final class ChannelImportSource implements ImportSource {
    private final ReadableByteChannel channel;
    private final String name;
    private final ChannelGate gate = new ChannelGate();
    private long positionBytes;
    private boolean atEnd;

    ChannelImportSource(ReadableByteChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    @Override
    public long totalBytes() {
        return -1;
    }

    @Override
    public boolean take(ImportChunk chunk, ProgressMeter meter) throws IOException {
        if (atEnd) {
            return false;
        }
        chunk.isLent = true;
        chunk.bytes.clear();
        while (chunk.bytes.hasRemaining() && !atEnd) {
            int read = readSome(chunk, meter);
            atEnd = read < 0;
            if (read == 0) {
                // A channel that does not block; there is nothing to wait on.
                Thread.onSpinWait();
            }
        }
        chunk.positionBytes = positionBytes;
        chunk.lengthBytes = chunk.bytes.position();
        positionBytes += chunk.lengthBytes;
        return chunk.lengthBytes > 0;
    }

    private int readSome(ImportChunk chunk, ProgressMeter meter) throws IOException {
        gate.enter();
        try {
            meter.check();
            return channel.read(chunk.bytes);
        } catch (LiveDedupException e) {
            throw e;
        } catch (IOException e) {
            meter.check(); // an interrupt closes a channel
            throw new SourceException(name, "source channel cannot be read: " + e.getMessage(), e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public void interrupt() {
        gate.interrupt();
    }

    @Override
    public void fill(ImportChunk chunk) {
        // The bytes came with take: a channel has no positions to read at in parallel.
    }

    @Override
    public long sizeBytes() {
        return positionBytes;
    }

    @Override
    public void close() {
        // The channel is the caller's.
    }
}
