package io.github.livededup.jmh.peers;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/** H2's MVStore, pages compressed with LZF. */
final class MvStoreStore extends KeyValueStore {
    private final MVStore store;
    private final MVMap<String, byte[]> map;

    MvStoreStore(Path directory) {
        store = new MVStore.Builder()
                .fileName(directory.resolve("blocks.mv").toString())
                .compress()
                .open();
        map = store.openMap("blocks");
    }

    @Override
    byte @Nullable [] find(byte[] key) {
        return map.get(name(key));
    }

    @Override
    void store(byte[] key, byte[] value) {
        map.put(name(key), value.clone());
    }

    /** Half of the digest tells blocks apart here. */
    private static String name(byte[] key) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        return Long.toHexString(bytes.getLong()) + Long.toHexString(bytes.getLong());
    }

    @Override
    public void commit() {
        store.commit();
        store.sync();
    }

    @Override
    public void close() {
        store.close();
    }
}
