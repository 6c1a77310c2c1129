package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.DeltaOptions;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.TransferOptions;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.contract.TwinVolume.Handles;
import io.github.livededup.engine.crashkit.model.ModelContent;
import io.github.livededup.engine.crashkit.model.ModelVolume;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The operations that make images live: snapshots, clones, discards, deletions, differences, compactions. */
final class LiveOperations {
    private final TwinVolume twins;
    private final Random random;
    private long compacted;

    LiveOperations(TwinVolume twins, Random random) {
        this.twins = twins;
        this.random = random;
    }

    long compacted() {
        return compacted;
    }

    void snapshot(String name, String to) throws IOException {
        twins.real.images().snapshot(name, to);
        twins.model.images().snapshot(name, to);
        twins.open(to);
        twins.did(Effect.SETTLED, name);
        assertThat(twins.handles.get(to).real().isReadOnly()).isTrue();
    }

    void copyOnWrite(String name, String to) throws IOException {
        twins.real.images().clone(name, to);
        twins.model.images().clone(name, to);
        twins.open(to);
        twins.did(Effect.SETTLED, name);
    }

    /** Says what it will free, and frees that. */
    void delete(String name) throws IOException {
        long exclusive = twins.real.images().exclusiveBytes(name);
        long freed = twins.real.images().delete(name);
        long expected = twins.model.images().delete(name);
        assertThat(freed).as("freed by deleting %s", name).isEqualTo(exclusive);
        if (twins.storesRaw()) {
            assertThat(freed).as("freed by deleting %s", name).isEqualTo(expected);
        }
    }

    void discard(String name, List<Extent> ranges, boolean asOne) throws IOException {
        Handles image = twins.handles.get(name);
        if (image.model().isReadOnly()) {
            TwinVolume.assertFailAlike(
                    () -> image.real().discard(0, 0), () -> image.model().discard(0, 0));
            return;
        }
        try {
            if (asOne) {
                image.real().discardAll(ranges);
            } else {
                for (Extent range : ranges) {
                    image.real().discard(range.positionBytes(), range.lengthBytes());
                }
            }
        } catch (VolumeFullException e) {
            long size = image.model().sizeBytes();
            assertThat(ranges)
                    .as("a full volume discards whole blocks")
                    .anyMatch(range -> range.positionBytes() % twins.blockSize != 0
                            || (range.endBytes() % twins.blockSize != 0 && range.endBytes() != size));
            if (asOne) {
                // All of them or none.
                twins.compareImage(name);
            } else if (!twins.isHuge(name)) {
                for (Extent range : ranges) {
                    twins.takeOver(name, range.positionBytes(), new byte[Math.toIntExact(range.lengthBytes())]);
                }
            }
            throw e;
        }
        if (asOne) {
            image.model().discardAll(ranges);
        } else {
            for (Extent range : ranges) {
                image.model().discard(range.positionBytes(), range.lengthBytes());
            }
        }
        twins.did(Effect.NONE, null);
    }

    void compact() throws IOException {
        CompactionOptions options = CompactionOptions.defaults().withMinDeadShare(random.nextBoolean() ? 0.05 : 0.4);
        long before = twins.real.statistics().deadBytes();
        CompactionResult result = twins.real.compact(options);
        twins.did(Effect.NONE, null);
        compacted += result.rewrittenGroups() + result.freedGroups();
        assertThat(result.damagedBlocks()).isZero();
        assertThat(result.reclaimedBytes()).isNotNegative();
        assertThat(twins.real.statistics().deadBytes()).isLessThanOrEqualTo(before);
    }

    /** The difference has all blocks that differ, and no others. */
    void diff(String base, String name) throws IOException {
        Image from = twins.handles.get(base).model();
        Image to = twins.handles.get(name).model();
        long size = to.sizeBytes();
        if (twins.isHuge(base) || twins.isHuge(name)) {
            assertThat(twins.real.images().diff(name, name, 0, size)).isEmpty();
            return;
        }
        int blockSize = twins.blockSize;
        long first = random.nextInt(3) == 0 ? (long) (random.nextDouble() * size) / blockSize : 0;
        BitSet changed = new BitSet();
        long end = 0;
        for (Extent extent : twins.real.images().diff(base, name, first * blockSize, Long.MAX_VALUE - size)) {
            assertThat(extent.positionBytes()).isGreaterThanOrEqualTo(end);
            assertThat(extent.positionBytes() % blockSize).isZero();
            end = extent.endBytes();
            assertThat(end % blockSize == 0 || end == size).as("%s", extent).isTrue();
            changed.set((int) (extent.positionBytes() / blockSize), (int) ((end + blockSize - 1) / blockSize));
            assertThat(to.extents(extent.positionBytes(), extent.lengthBytes())).containsExactly(extent);
        }
        assertThat(end).isLessThanOrEqualTo(size);
        byte[] before = Arrays.copyOf(TestData.readAll(from), (int) Math.max(from.sizeBytes(), size));
        byte[] after = TestData.readAll(to);
        for (long block = first; block * blockSize < size; block++) {
            int at = (int) block * blockSize;
            int until = (int) Math.min(size, at + blockSize);
            boolean differs = !Arrays.equals(before, at, until, after, at, until);
            // What is behind the end of either may differ, too.
            boolean isCut = until % blockSize != 0 || until > from.sizeBytes();
            if (differs || !isCut) {
                assertThat(changed.get((int) block))
                        .as("block %d of %s differs from %s", block, name, base)
                        .isEqualTo(differs);
            }
        }
    }

    /** An image made from a base and a difference is the image that was sent. */
    void delta(@Nullable String base, String name, String to) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        twins.real.images().exportDelta(base, name, Channels.newChannel(stream), DeltaOptions.defaults());
        twins.real
                .images()
                .importDelta(
                        base,
                        to,
                        Channels.newChannel(new ByteArrayInputStream(stream.toByteArray())),
                        TransferOptions.defaults());
        twins.model
                .images()
                .create(to, twins.handles.get(name).model().sizeBytes())
                .close();
        // Whole blocks, also where the image's end cuts one.
        ModelContent content = ((ModelVolume) twins.model).content;
        content.images
                .get(name)
                .blocks
                .forEach((block, stored) -> content.images.get(to).setBlock(block, stored.content));
        twins.open(to);
        twins.did(Effect.STRUCTURE, null);
        twins.compareImage(to);
    }
}
