package io.github.livededup.engine.io.memory;

import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** An open file of a {@link MemoryDirectory}. */
final class MemoryFile implements VolumeFile {
    private final String description;
    private final MemoryContent content;
    private final boolean readOnly;
    private volatile boolean closed;

    MemoryFile(String description, MemoryContent content, boolean readOnly) {
        this.description = description;
        this.content = content;
        this.readOnly = readOnly;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public long sizeBytes() throws IOException {
        return readable().sizeBytes();
    }

    @Override
    public long allocatedBytes() throws IOException {
        return readable().allocatedBytes();
    }

    @Override
    public void read(ByteBuffer into, long positionBytes) throws IOException {
        readable().read(description, into, positionBytes);
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        writable().write(description, from, positionBytes);
    }

    @Override
    public void force() throws IOException {
        readable();
    }

    @Override
    public void resize(long sizeBytes) throws IOException {
        writable().resize(sizeBytes);
    }

    @Override
    public void allocate(long positionBytes, long lengthBytes) throws IOException {
        writable().allocate(description, positionBytes, lengthBytes);
    }

    @Override
    public boolean punch(long positionBytes, long lengthBytes) throws IOException {
        writable().punch(positionBytes, lengthBytes);
        return true;
    }

    @Override
    public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
        if (positionBytes + lengthBytes > readable().sizeBytes()) {
            throw new EOFException(description + ": mapped range: actual=" + (positionBytes + lengthBytes)
                    + " expected=at most " + content.sizeBytes());
        }
        return content.map(positionBytes, lengthBytes);
    }

    @Override
    public long seek(long positionBytes, boolean data) throws IOException {
        return readable().seek(positionBytes, data);
    }

    @Override
    public void close() {
        closed = true;
    }

    private MemoryContent readable() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
        return content;
    }

    private MemoryContent writable() throws IOException {
        if (readOnly) {
            throw new ReadOnlyException(description, "opened for reading only");
        }
        return readable();
    }
}
