package io.github.livededup.engine.volume;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.crashkit.ForwardingFile;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A file that counts what is asked of it, and fails when told to. */
final class CountingFile extends ForwardingFile {
    int forces;
    int drops;
    /** The ranges announced, as offset+length in their region. */
    final List<String> needed = new ArrayList<>();

    /** The ranges the system was told to begin to write: start, end, start, end, … */
    final List<Long> written = new ArrayList<>();

    boolean failForce;
    /** So many more allocations succeed. */
    int allocationsLeft = Integer.MAX_VALUE;
    /** So many more ranges are given back. */
    int punchesLeft = Integer.MAX_VALUE;
    /** So many more writes succeed. */
    int writesLeft = Integer.MAX_VALUE;

    CountingFile(VolumeFile file) {
        super(file);
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        if (writesLeft-- <= 0) {
            throw new IOException("write");
        }
        super.write(from, positionBytes);
    }

    @Override
    public void startWriting(long positionBytes, long lengthBytes) {
        written.add(positionBytes);
        written.add(positionBytes + lengthBytes);
    }

    @Override
    public void force() throws IOException {
        forces++;
        if (failForce) {
            throw new IOException("force");
        }
        super.force();
    }

    @Override
    public void allocate(long positionBytes, long lengthBytes) throws IOException {
        if (allocationsLeft-- <= 0) {
            throw new VolumeFullException(description(), "full for the test");
        }
        super.allocate(positionBytes, lengthBytes);
    }

    @Override
    public boolean punch(long positionBytes, long lengthBytes) throws IOException {
        if (punchesLeft-- <= 0) {
            throw new VolumeFullException(description(), "full for the test");
        }
        return super.punch(positionBytes, lengthBytes);
    }

    @Override
    public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
        MappedRegion region = super.map(positionBytes, lengthBytes);
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
}
