package io.github.livededup.engine.crashkit.model;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** A handle of the model's image. */
final class ModelImage implements Image {
    private final ModelVolume volume;
    private final ModelImageData data;
    private final boolean readOnly;
    private boolean closed;

    ModelImage(ModelVolume volume, ModelImageData data, boolean readOnly) {
        this.volume = volume;
        this.data = data;
        this.readOnly = readOnly;
    }

    private void check() throws IOException {
        volume.checkOpen();
        if (closed) {
            throw new VolumeClosedException(data.name, "the handle is closed");
        }
        if (data.deleted) {
            throw new NotFoundException(data.name, "the image was deleted");
        }
    }

    private void checkWritable() throws IOException {
        check();
        if (readOnly) {
            throw new ReadOnlyException(data.name, "open for reading only");
        }
    }

    @Override
    public String name() throws IOException {
        synchronized (volume.content) {
            check();
            return data.name;
        }
    }

    @Override
    public long sizeBytes() throws IOException {
        synchronized (volume.content) {
            check();
            return data.sizeBytes;
        }
    }

    @Override
    public int read(ByteBuffer into, long positionBytes) throws IOException {
        if (into.isReadOnly() || positionBytes < 0) {
            throw new InvalidArgumentException("read", positionBytes, "position 0 or more, writable buffer");
        }
        synchronized (volume.content) {
            check();
            if (!into.hasRemaining()) {
                return 0;
            }
            if (positionBytes >= data.sizeBytes) {
                return -1;
            }
            int length = (int) Math.min(into.remaining(), data.sizeBytes - positionBytes);
            int blockSize = volume.blockSizeBytes();
            int done = 0;
            while (done < length) {
                int inBlock = (int) ((positionBytes + done) % blockSize);
                int part = Math.min(length - done, blockSize - inBlock);
                into.put(data.block((positionBytes + done) / blockSize), inBlock, part);
                done += part;
            }
            return length;
        }
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        synchronized (volume.content) {
            checkWritable();
            checkRange(positionBytes, from.remaining());
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            data.overwrite(positionBytes, bytes);
        }
    }

    @Override
    public long append(ByteBuffer from) throws IOException {
        synchronized (volume.content) {
            checkWritable();
            long end = data.sizeBytes;
            if (from.hasRemaining()) {
                resize(end + from.remaining());
                write(from, end);
            }
            return end;
        }
    }

    @Override
    public void resize(long newSizeBytes) throws IOException {
        if (newSizeBytes < 0 || newSizeBytes > ImageStore.MAX_IMAGE_SIZE_BYTES) {
            throw new InvalidArgumentException("size", newSizeBytes, "0.." + ImageStore.MAX_IMAGE_SIZE_BYTES);
        }
        synchronized (volume.content) {
            checkWritable();
            data.resize(newSizeBytes);
        }
    }

    @Override
    public void discard(long positionBytes, long lengthBytes) throws IOException {
        synchronized (volume.content) {
            checkWritable();
            checkRange(positionBytes, lengthBytes);
            data.discard(positionBytes, lengthBytes);
        }
    }

    private void checkRange(long positionBytes, long lengthBytes) {
        if (positionBytes < 0 || lengthBytes < 0 || positionBytes > data.sizeBytes - lengthBytes) {
            throw new InvalidArgumentException("range", positionBytes + "+" + lengthBytes, "0.." + data.sizeBytes);
        }
    }

    @Override
    public void discardAll(List<Extent> ranges) throws IOException {
        synchronized (volume.content) {
            checkWritable();
            for (Extent range : ranges) {
                checkRange(range.positionBytes(), range.lengthBytes());
            }
            for (Extent range : ranges) {
                data.discard(range.positionBytes(), range.lengthBytes());
            }
        }
    }

    @Override
    public void flush() throws IOException {
        synchronized (volume.content) {
            check();
            volume.commit();
        }
    }

    @Override
    public List<Extent> extents(long positionBytes, long lengthBytes) throws IOException {
        if (positionBytes < 0 || lengthBytes < 0) {
            throw new InvalidArgumentException("range", positionBytes + "+" + lengthBytes, "0 or more");
        }
        synchronized (volume.content) {
            check();
            long end = lengthBytes > data.sizeBytes - positionBytes ? data.sizeBytes : positionBytes + lengthBytes;
            List<Extent> extents = new ArrayList<>();
            long position = positionBytes;
            while (position < end) {
                long next = endOfRun(position / volume.blockSizeBytes());
                next = next > end / volume.blockSizeBytes() ? end : Math.min(end, next * volume.blockSizeBytes());
                boolean isData = data.blocks.containsKey(position / volume.blockSizeBytes());
                extents.add(new Extent(position, next - position, isData));
                position = next;
            }
            return extents;
        }
    }

    /** The first block from one on that differs from it in kind. */
    private long endOfRun(long block) {
        if (!data.blocks.containsKey(block)) {
            Long next = data.blocks.higherKey(block);
            return next == null ? Long.MAX_VALUE : next;
        }
        long next = block;
        while (data.blocks.containsKey(next)) {
            next++;
        }
        return next;
    }

    @Override
    public SeekableByteChannel channel() throws IOException {
        synchronized (volume.content) {
            check();
            return new ModelChannel(this);
        }
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void close() {
        synchronized (volume.content) {
            closed = true;
        }
    }
}
