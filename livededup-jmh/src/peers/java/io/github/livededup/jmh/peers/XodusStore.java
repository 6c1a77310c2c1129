package io.github.livededup.jmh.peers;

import java.nio.file.Path;
import java.util.Arrays;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import org.jspecify.annotations.Nullable;

/** JetBrains Xodus; it does not compress. */
final class XodusStore extends KeyValueStore {
    private final Environment environment;
    private final Store store;
    private @Nullable Transaction open;

    XodusStore(Path directory) {
        environment = Environments.newInstance(directory.toFile());
        store = environment.computeInTransaction(transaction ->
                environment.openStore("blocks", StoreConfig.WITHOUT_DUPLICATES_WITH_PREFIXING, transaction));
    }

    @Override
    void begin() {
        open = environment.beginTransaction();
    }

    @Override
    void end() {
        Transaction transaction = transaction();
        transaction.commit();
        open = null;
    }

    private Transaction transaction() {
        Transaction transaction = open;
        if (transaction == null) {
            throw new IllegalStateException("no transaction");
        }
        return transaction;
    }

    @Override
    byte @Nullable [] find(byte[] key) {
        if (open == null) {
            return environment.computeInReadonlyTransaction(reading -> bytes(store.get(reading, new ArrayByteIterable(key))));
        }
        return bytes(store.get(transaction(), new ArrayByteIterable(key)));
    }

    private static byte @Nullable [] bytes(@Nullable ByteIterable found) {
        return found == null ? null : Arrays.copyOf(found.getBytesUnsafe(), found.getLength());
    }

    @Override
    void store(byte[] key, byte[] value) {
        store.put(transaction(), new ArrayByteIterable(key), new ArrayByteIterable(value.clone()));
    }

    @Override
    public void commit() {
        environment.executeInTransaction(Transaction::flush);
    }

    @Override
    public void close() {
        environment.close();
    }
}
