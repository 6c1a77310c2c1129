package io.github.livededup.jmh.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One file of all blocks, none of them compared with any other: what nothing can be much faster than. */
final class PlainFileStore implements ContentStore {
    private final FileChannel file;
    private long end;

    PlainFileStore(Path directory) throws IOException {
        file = FileChannel.open(
                directory.resolve("blocks"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public void put(byte[] blocks, Object[] keys) throws IOException {
        for (int i = 0; i < keys.length; i++) {
            keys[i] = end + (long) i * PeerBenchmark.BLOCK_BYTES;
        }
        file.write(ByteBuffer.wrap(blocks), end);
        end += blocks.length;
    }

    @Override
    public void get(Object key, byte[] into) throws IOException {
        file.read(ByteBuffer.wrap(into), (Long) key);
    }

    @Override
    public void commit() throws IOException {
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
