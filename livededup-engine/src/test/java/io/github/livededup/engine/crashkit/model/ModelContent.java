package io.github.livededup.engine.crashkit.model;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.VolumeOptions;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** What a model volume holds while it is closed, too. Whoever uses it holds its monitor. */
public final class ModelContent {
    public final int blockSizeBytes;
    public final VolumeOptions created;
    public final Map<ByteBuffer, ModelBlock> blocksByContent = new HashMap<>();
    public final Map<Long, ModelBlock> blocksByAddress = new HashMap<>();
    public final TreeMap<String, ModelImageData> images = new TreeMap<>();
    public final Set<String> importing = new HashSet<>();
    /** Digests of contents that were stored once and died; a store may still have their bytes. */
    public final Set<Long> dead = new HashSet<>();

    private long lastAddress;
    public boolean isOpen;

    public ModelContent(VolumeOptions created) {
        this.created = created;
        blockSizeBytes = created.blockSizeBytes().orElse(4096);
    }

    /** The block of these bytes, made if there is none; it is dead until it is referenced. */
    ModelBlock intern(byte[] content) {
        if (content.length != blockSizeBytes) {
            throw new InvalidArgumentException("block length", content.length, blockSizeBytes);
        }
        return blocksByContent.computeIfAbsent(ByteBuffer.wrap(content.clone()), key -> {
            ModelBlock block = new ModelBlock(++lastAddress, key.array());
            blocksByAddress.put(block.address, block);
            return block;
        });
    }

    public boolean holds(byte[] content) {
        return blocksByContent.containsKey(ByteBuffer.wrap(content));
    }

    void forgetIfDead(ModelBlock block) {
        if (block.isDead()) {
            blocksByContent.remove(ByteBuffer.wrap(block.content));
            blocksByAddress.remove(block.address);
            dead.add(digest(block.content));
        }
    }

    byte[] fingerprint(byte[] block) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(block);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells contents apart well enough for a test, and is short. */
    public static long digest(byte[] block) {
        CRC32C one = new CRC32C();
        one.update(block);
        CRC32 other = new CRC32();
        other.update(block);
        return one.getValue() << 32 | other.getValue();
    }

    public static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
