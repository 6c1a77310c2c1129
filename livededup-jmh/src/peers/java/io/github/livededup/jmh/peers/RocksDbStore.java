package io.github.livededup.jmh.peers;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** RocksDB with LZ4, a Bloom filter and its write-ahead log. */
final class RocksDbStore extends KeyValueStore {
    private static final int FILTER_BITS = 10;
    private static final long WRITE_BUFFER_BYTES = 64L << 20;

    private final Options options;
    private final RocksDB database;

    RocksDbStore(Path directory) throws IOException {
        RocksDB.loadLibrary();
        options = new Options()
                .setCreateIfMissing(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setTableFormatConfig(new BlockBasedTableConfig().setFilterPolicy(new BloomFilter(FILTER_BITS)));
        try {
            database = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    byte @Nullable [] find(byte[] key) throws IOException {
        try {
            return database.get(key);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    void store(byte[] key, byte[] value) throws IOException {
        try {
            database.put(key, value);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void commit() throws IOException {
        try {
            database.flushWal(true);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        database.close();
        options.close();
    }
}
