package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that passes every call on to another one; who wants to see, change or refuse some of them overrides those. */
public class ForwardingFile implements VolumeFile {
    private final VolumeFile next;

    /**
     * Passes calls on.
     *
     * @param next where to
     */
    protected ForwardingFile(VolumeFile next) {
        this.next = next;
    }

    @Override
    public String description() {
        return next.description();
    }

    @Override
    public long sizeBytes() throws IOException {
        return next.sizeBytes();
    }

    @Override
    public long allocatedBytes() throws IOException {
        return next.allocatedBytes();
    }

    @Override
    public void read(ByteBuffer into, long positionBytes) throws IOException {
        next.read(into, positionBytes);
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        next.write(from, positionBytes);
    }

    @Override
    public void force() throws IOException {
        next.force();
    }

    @Override
    public void resize(long sizeBytes) throws IOException {
        next.resize(sizeBytes);
    }

    @Override
    public void allocate(long positionBytes, long lengthBytes) throws IOException {
        next.allocate(positionBytes, lengthBytes);
    }

    @Override
    public boolean punch(long positionBytes, long lengthBytes) throws IOException {
        return next.punch(positionBytes, lengthBytes);
    }

    @Override
    public void startWriting(long positionBytes, long lengthBytes) {
        next.startWriting(positionBytes, lengthBytes);
    }

    @Override
    public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
        return next.map(positionBytes, lengthBytes);
    }

    @Override
    public long seek(long positionBytes, boolean data) throws IOException {
        return next.seek(positionBytes, data);
    }

    @Override
    public void close() throws IOException {
        next.close();
    }
}
