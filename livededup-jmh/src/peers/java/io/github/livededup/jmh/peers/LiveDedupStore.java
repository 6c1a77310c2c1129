package io.github.livededup.jmh.peers;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Durability;
import io.github.livededup.LiveDedup;
import io.github.livededup.PutBatch;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** This library. */
final class LiveDedupStore implements ContentStore {
    private final Volume volume;
    private final PutBatch batch = new PutBatch(PeerBenchmark.BATCH_BLOCKS);
    private final ByteBuffer blocks = ByteBuffer.allocateDirect(PeerBenchmark.BATCH_BLOCKS * PeerBenchmark.BLOCK_BYTES);

    LiveDedupStore(Path directory) throws IOException {
        volume = LiveDedup.create(
                directory.resolve("volume"),
                VolumeOptions.builder()
                        .durability(Durability.EXPLICIT)
                        .backgroundCompaction(BackgroundCompaction.OFF)
                        .build());
    }

    @Override
    public void put(byte[] bytes, Object[] keys) throws IOException {
        volume.blocks().putAll(blocks.clear().put(bytes).flip(), batch);
        for (int i = 0; i < keys.length; i++) {
            keys[i] = batch.address(i);
        }
    }

    @Override
    public void get(Object key, byte[] into) throws IOException {
        volume.blocks().get((Long) key, ByteBuffer.wrap(into));
    }

    @Override
    public void commit() throws IOException {
        volume.commit();
    }

    @Override
    public void close() throws IOException {
        volume.close();
    }
}
