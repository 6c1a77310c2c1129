package io.github.livededup.jmh.peers;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** LMDB; it does not compress. Commits are not forced until {@link #commit}. */
final class LmdbStore extends KeyValueStore {
    private static final long MAP_BYTES = 64L << 30;
    private static final int KEY_BYTES = 32;

    private final Env<ByteBuffer> environment;
    private final Dbi<ByteBuffer> database;
    private final ByteBuffer keyBytes = ByteBuffer.allocateDirect(KEY_BYTES);
    private final ByteBuffer valueBytes = ByteBuffer.allocateDirect(PeerBenchmark.BLOCK_BYTES);
    private @Nullable Txn<ByteBuffer> open;

    LmdbStore(Path directory) {
        environment = Env.create().setMapSize(MAP_BYTES).open(directory.toFile(), EnvFlags.MDB_NOSYNC);
        database = environment.openDbi("blocks", DbiFlags.MDB_CREATE);
    }

    @Override
    void begin() {
        open = environment.txnWrite();
    }

    @Override
    void end() {
        Txn<ByteBuffer> transaction = transaction();
        transaction.commit();
        transaction.close();
        open = null;
    }

    private Txn<ByteBuffer> transaction() {
        Txn<ByteBuffer> transaction = open;
        if (transaction == null) {
            throw new IllegalStateException("no transaction");
        }
        return transaction;
    }

    @Override
    byte @Nullable [] find(byte[] key) {
        if (open != null) {
            return bytes(database.get(transaction(), keyBytes.clear().put(key).flip()));
        }
        try (Txn<ByteBuffer> reading = environment.txnRead()) {
            return bytes(database.get(reading, keyBytes.clear().put(key).flip()));
        }
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer found) {
        if (found == null) {
            return null;
        }
        byte[] bytes = new byte[found.remaining()];
        found.get(bytes);
        return bytes;
    }

    @Override
    void store(byte[] key, byte[] value) {
        database.put(transaction(), keyBytes.clear().put(key).flip(), valueBytes.clear().put(value).flip());
    }

    @Override
    public void commit() {
        environment.sync(true);
    }

    @Override
    public void close() {
        environment.close();
    }
}
