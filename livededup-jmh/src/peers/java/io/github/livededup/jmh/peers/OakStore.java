package io.github.livededup.jmh.peers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.jackrabbit.oak.spi.blob.FileBlobStore;

/** Jackrabbit Oak's store of blobs in files: one file a block, no compression, nothing forced. */
final class OakStore implements ContentStore {
    private final FileBlobStore store;

    OakStore(Path directory) {
        store = new FileBlobStore(directory.toString());
    }

    @Override
    public void put(byte[] blocks, Object[] keys) throws IOException {
        for (int i = 0; i < keys.length; i++) {
            int from = i * PeerBenchmark.BLOCK_BYTES;
            keys[i] = store.writeBlob(new ByteArrayInputStream(
                    Arrays.copyOfRange(blocks, from, from + PeerBenchmark.BLOCK_BYTES)));
        }
    }

    @Override
    public void get(Object key, byte[] into) throws IOException {
        if (store.readBlob((String) key, 0, into, 0, into.length) != into.length) {
            throw new IOException("a block is missing");
        }
    }

    @Override
    public void commit() {}

    @Override
    public void close() {}
}
