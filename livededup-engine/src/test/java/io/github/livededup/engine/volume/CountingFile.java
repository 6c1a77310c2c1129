package io.github.livededup.engine.volume;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A file that counts what is asked of it, and fails when told to. */
final class CountingFile implements VolumeFile {
    private final VolumeFile file;
    int forces;
    int drops;
    /** The ranges announced, as offset+length in their region. */
    final List<String> needed = new ArrayList<>();

    boolean failForce;
    /** So many more allocations succeed. */
    int allocationsLeft = Integer.MAX_VALUE;
    /** So many more writes succeed. */
    int writesLeft = Integer.MAX_VALUE;

    CountingFile(VolumeFile file) {
        this.file = file;
    }

    @Override
    public String description() {
        return file.description();
    }

    @Override
    public long sizeBytes() throws IOException {
        return file.sizeBytes();
    }

    @Override
    public long allocatedBytes() throws IOException {
        return file.allocatedBytes();
    }

    @Override
    public void read(ByteBuffer into, long positionBytes) throws IOException {
        file.read(into, positionBytes);
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        if (writesLeft-- <= 0) {
            throw new IOException("write");
        }
        file.write(from, positionBytes);
    }

    @Override
    public void force() throws IOException {
        forces++;
        if (failForce) {
            throw new IOException("force");
        }
        file.force();
    }

    @Override
    public void resize(long sizeBytes) throws IOException {
        file.resize(sizeBytes);
    }

    @Override
    public void allocate(long positionBytes, long lengthBytes) throws IOException {
        if (allocationsLeft-- <= 0) {
            throw new VolumeFullException(description(), "full for the test");
        }
        file.allocate(positionBytes, lengthBytes);
    }

    @Override
    public boolean punch(long positionBytes, long lengthBytes) throws IOException {
        return file.punch(positionBytes, lengthBytes);
    }

    @Override
    public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
        MappedRegion region = file.map(positionBytes, lengthBytes);
        return new MappedRegion() {
            @Override
            public ByteBuffer buffer() {
                return region.buffer();
            }

            @Override
            public void willNeed(int offsetBytes, int length) {
                needed.add(offsetBytes + "+" + length);
                region.willNeed(offsetBytes, length);
            }

            @Override
            public boolean dropResident() {
                drops++;
                return true;
            }

            @Override
            public void close() {
                region.close();
            }
        };
    }

    @Override
    public long seek(long positionBytes, boolean data) throws IOException {
        return file.seek(positionBytes, data);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
