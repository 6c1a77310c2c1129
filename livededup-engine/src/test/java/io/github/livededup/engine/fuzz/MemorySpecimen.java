package io.github.livededup.engine.fuzz;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import io.github.livededup.IndexBackend;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A small volume in memory that has every structure of the format: sealed and open groups, groups with retired slots, maps
 * of two levels, snapshots and clones, references of the block store's callers; and after a crash, every type of journal
 * record. To be copied and damaged.
 */
public final class MemorySpecimen {
    /** Deterministic: no buffer, no helpers, nothing in the background. */
    public static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .writeBufferBytes(0)
            .workerThreads(1)
            .indexBackend(IndexBackend.BUILT_IN)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .build();

    static final int BLOCK = 4096;
    /** Kept, as a logger that nobody holds forgets its level. */
    private static final Logger QUIET = Logger.getLogger("io.github.livededup");

    /** Closed cleanly. */
    public final VolumeBytes closed;
    /** As a crash would leave it: copied while it was open, right after a commit. */
    public final VolumeBytes crashed;
    /** The same volume, closed cleanly some generations before {@link #closed}. */
    public final VolumeBytes stale;
    /** Another volume with the like contents. */
    public final VolumeBytes foreign;
    /** What the volume held at each commit since {@link #closed}; the last is {@link #crashed}. */
    final List<Contents> commits = new ArrayList<>();

    private final Map<String, byte[]> images = new TreeMap<>();
    private final Map<Long, byte[]> blocks = new TreeMap<>();

    /**
     * What is in a volume.
     *
     * @param images the images' bytes by name
     * @param blocks the blocks that the block store's callers hold, by address
     */
    record Contents(Map<String, byte[]> images, Map<Long, byte[]> blocks) {}

    /** Makes the specimen. */
    public MemorySpecimen() throws IOException {
        this(true);
    }

    private MemorySpecimen(boolean withForeign) throws IOException {
        // Thousands of damaged volumes: what is logged of each would hide a failure.
        QUIET.setLevel(Level.OFF);
        MemoryProvider provider = new MemoryProvider();
        Path path = Path.of("specimen");
        MemoryDirectory directory = new MemoryDirectory("memory", Long.MAX_VALUE);
        provider.put(path, directory);
        try (Volume volume = provider.create(path, OPTIONS)) {
            fillFirst(volume);
        }
        stale = new VolumeBytes(directory.copy());
        try (Volume volume = provider.open(path, OPTIONS)) {
            retire(volume, directory);
        }
        closed = new VolumeBytes(directory.copy());
        noteCommit();
        Volume volume = provider.open(path, OPTIONS);
        journalEverything(volume);
        crashed = new VolumeBytes(directory.copy());
        volume.close();
        foreign = withForeign ? new MemorySpecimen(false).closed : closed;
    }

    /** What {@link #closed} holds. */
    Contents atClose() {
        return commits.get(0);
    }

    private void noteCommit() {
        commits.add(new Contents(new TreeMap<>(images), new TreeMap<>(blocks)));
    }

    private void fillFirst(Volume volume) throws IOException {
        create(volume, "a", TestData.distinctBlocks(BLOCK, 1, 700));
        clone(volume, "a", "a-snap", true);
        clone(volume, "a", "a-clone", false);
        write(volume, "a-clone", 5 * BLOCK, TestData.distinctBlocks(BLOCK, 2_000, 30));
        create(volume, "b", TestData.distinctBlocks(BLOCK, 600, 200));
        create(volume, "gone", TestData.distinctBlocks(BLOCK, 3_000, 10));
        for (int seed = 9_000; seed < 9_020; seed++) {
            byte[] block = TestData.block(BLOCK, seed);
            blocks.put(volume.blocks().put(ByteBuffer.wrap(block)).address(), block);
        }
    }

    /** Makes every second block of some groups die where there is no room to copy the others. */
    private void retire(Volume volume, MemoryDirectory directory) throws IOException {
        byte[] live = TestData.random(500 * BLOCK, 5);
        create(volume, "live", live);
        byte[] left = live.clone();
        try (Image image = volume.images().open("live")) {
            for (int at = 0; at < live.length; at += 2 * BLOCK) {
                image.discard(at, BLOCK);
                Arrays.fill(left, at, at + BLOCK, (byte) 0);
            }
        }
        images.put("live", left);
        volume.commit();
        directory.limit(directory.allocatedBytes());
        volume.compact(CompactionOptions.defaults());
        directory.limit(Long.MAX_VALUE);
        // So that the superblock before the last is of another state.
        write(volume, "live", BLOCK, TestData.block(BLOCK, 9_300));
    }

    private void journalEverything(Volume volume) throws IOException {
        create(volume, "c", TestData.distinctBlocks(BLOCK, 5_000, 700));
        commit(volume);
        byte[] imported = TestData.distinctBlocks(BLOCK, 7_000, 40);
        volume.images()
                .importChannel(
                        Channels.newChannel(new ByteArrayInputStream(imported)), "d", TransferOptions.defaults());
        images.put("d", imported);
        volume.images().rename("d", "e");
        images.put("e", images.remove("d"));
        volume.images().setModified("e", Instant.ofEpochSecond(1_000_000));
        commit(volume);
        clone(volume, "c", "c-snap", true);
        clone(volume, "c", "c-clone", false);
        try (Image image = volume.images().open("c")) {
            image.discard(10 * BLOCK, 20 * BLOCK);
            image.resize(650 * BLOCK);
        }
        byte[] bytes = Arrays.copyOf(images.get("c"), 650 * BLOCK);
        Arrays.fill(bytes, 10 * BLOCK, 30 * BLOCK, (byte) 0);
        images.put("c", bytes);
        delete(volume, "gone");
        byte[] block = TestData.block(BLOCK, 9_100);
        blocks.put(volume.blocks().put(ByteBuffer.wrap(block)).address(), block);
        commit(volume);
        write(volume, "b", 0, TestData.block(BLOCK, 9_200));
        commit(volume);
    }

    private void commit(Volume volume) throws IOException {
        volume.commit();
        noteCommit();
    }

    private void create(Volume volume, String name, byte[] bytes) throws IOException {
        volume.images().create(name, bytes.length).close();
        images.put(name, new byte[bytes.length]);
        write(volume, name, 0, bytes);
    }

    private void write(Volume volume, String name, int position, byte[] bytes) throws IOException {
        byte[] all = images.get(name).clone();
        System.arraycopy(bytes, 0, all, position, bytes.length);
        images.put(name, all);
        try (Image image = volume.images().open(name)) {
            image.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private void clone(Volume volume, String name, String copy, boolean snapshot) throws IOException {
        if (snapshot) {
            volume.images().snapshot(name, copy);
        } else {
            volume.images().clone(name, copy);
        }
        images.put(copy, images.get(name));
    }

    private void delete(Volume volume, String name) throws IOException {
        volume.images().delete(name);
        images.remove(name);
    }
}
