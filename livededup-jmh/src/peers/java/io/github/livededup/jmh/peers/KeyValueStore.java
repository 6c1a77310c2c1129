package io.github.livededup.jmh.peers;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The common part of stores of key and value: hash, look, put. */
abstract class KeyValueStore implements ContentStore {
    private static final int BLOCK_BYTES = 4096;

    private final MessageDigest digest;
    private final byte[] block = new byte[BLOCK_BYTES];

    KeyValueStore() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void put(byte[] blocks, Object[] keys) throws IOException {
        begin();
        for (int i = 0; i < keys.length; i++) {
            digest.update(blocks, i * BLOCK_BYTES, BLOCK_BYTES);
            byte[] key = digest.digest();
            if (find(key) == null) {
                System.arraycopy(blocks, i * BLOCK_BYTES, block, 0, BLOCK_BYTES);
                store(key, block);
            }
            keys[i] = key;
        }
        end();
    }

    @Override
    public void get(Object key, byte[] into) throws IOException {
        byte[] found = find((byte[]) key);
        if (found == null || found.length != into.length) {
            throw new IOException("a block is missing");
        }
        System.arraycopy(found, 0, into, 0, into.length);
    }

    /** Starts what is to be one transaction. */
    void begin() {}

    /** Ends it. */
    void end() throws IOException {}

    /** The value of a key. */
    abstract byte @Nullable [] find(byte[] key) throws IOException;

    /** Puts a value; the array is used again afterwards. */
    abstract void store(byte[] key, byte[] value) throws IOException;
}
