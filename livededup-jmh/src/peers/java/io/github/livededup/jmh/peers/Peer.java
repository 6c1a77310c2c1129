package io.github.livededup.jmh.peers;

import java.nio.file.Path;

/** The stores that are compared. */
public enum Peer {
    LIVEDEDUP,
    PLAIN_FILE,
    ROCKSDB,
    MVSTORE,
    XODUS,
    LMDB,
    OAK_FILE_BLOB_STORE;

    /**
     * Opens a new store.
     *
     * @param directory an empty directory
     * @return the store; the caller closes it
     * @throws Exception if that fails
     */
    ContentStore create(Path directory) throws Exception {
        return switch (this) {
            case LIVEDEDUP -> new LiveDedupStore(directory);
            case PLAIN_FILE -> new PlainFileStore(directory);
            case ROCKSDB -> new RocksDbStore(directory);
            case MVSTORE -> new MvStoreStore(directory);
            case XODUS -> new XodusStore(directory);
            case LMDB -> new LmdbStore(directory);
            case OAK_FILE_BLOB_STORE -> new OakStore(directory);
        };
    }
}
