package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.ImportResult;
import io.github.livededup.LiveDedup;
import io.github.livededup.NotFoundException;
import io.github.livededup.RewritePolicy;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports that store scattered duplicates anew. */
class RewriteTest extends EngineCase {
    private static final int IMAGE_BLOCKS = 2_000;
    private static final int VERSIONS = 30;
    private static final VolumeOptions LARGE_GROUPS = VolumeOptions.builder()
            .groupSizeBytes(32 << 20)
            .maxPhysicalBytes(512 << 20)
            .build();

    /** What a history of versions came to. */
    private record Outcome(long extents, long newBlocks, long rewrittenBlocks) {}

    @Test
    void everyVersionStaysReadableFast() throws IOException {
        Outcome never = run("never", version -> RewritePolicy.never());
        Outcome history = run(
                "history",
                version -> version == 0
                        ? RewritePolicy.never()
                        : RewritePolicy.newestVersion("v" + (version - 1), 0.7).withMaxShare(0.1));
        Outcome runs = run("runs", version -> RewritePolicy.minimumRun(8));
        System.out.printf("rewrite: never %s, newest version %s, minimum run %s%n", never, history, runs);
        assertThat(never.rewrittenBlocks()).isZero();
        for (Outcome rewritten : List.of(history, runs)) {
            assertThat(rewritten.rewrittenBlocks()).isBetween(1L, (long) IMAGE_BLOCKS * VERSIONS / 10);
            assertThat(rewritten.newBlocks()).isGreaterThan(never.newBlocks());
            assertThat(rewritten.extents()).isLessThan(never.extents() * 3 / 4);
        }
    }

    private Outcome run(String name, IntFunction<RewritePolicy> policy) throws IOException {
        Path path = temporary.resolve(name);
        Random random = new Random(7);
        long[] seeds = random.longs(IMAGE_BLOCKS).toArray();
        List<byte[]> contents = new ArrayList<>();
        long added = 0;
        long rewritten = 0;
        try (Volume volume = LiveDedup.create(path, LARGE_GROUPS)) {
            for (int version = 0; version < VERSIONS; version++) {
                byte[] content = TestData.blocks(BLOCK, seeds);
                contents.add(content);
                ImportResult result = importBytes(volume, "v" + version, content, policy.apply(version));
                assertThat(result.nonZeroBlocks()).isEqualTo(result.newBlocks() + result.duplicateBlocks());
                added += result.newBlocks();
                rewritten += result.rewrittenBlocks();
                change(seeds, random);
            }
            long extents = volume.images().fragmentation("v" + (VERSIONS - 1)).physicalExtents();
            for (int version = 0; version < VERSIONS; version++) {
                assertThat(readImage(volume, "v" + version)).isEqualTo(contents.get(version));
            }
            assertClean(volume);
            return new Outcome(extents, added, rewritten);
        }
    }

    /** Overwrites some 8 % of an image, in runs of a few blocks. */
    private static void change(long[] seeds, Random random) {
        for (int i = 0; i < IMAGE_BLOCKS / 50; i++) {
            int at = random.nextInt(IMAGE_BLOCKS - 8);
            for (int block = at; block < at + 1 + random.nextInt(7); block++) {
                seeds[block] = random.nextLong();
            }
        }
    }

    private static ImportResult importBytes(Volume volume, String name, byte[] content, RewritePolicy policy)
            throws IOException {
        return volume.images()
                .importChannel(
                        Channels.newChannel(new ByteArrayInputStream(content)),
                        name,
                        TransferOptions.defaults().withRewrite(policy));
    }

    /** Blocks that come again and again in one import are stored anew once; and the copies serve the next import. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockIsRewrittenOnceAndTheCopyIsFound(boolean isVerified) throws IOException {
        VolumeOptions options =
                LARGE_GROUPS.toBuilder().verifyDuplicates(isVerified).build();
        RewritePolicy policy = RewritePolicy.minimumRun(4).withMaxShare(1);
        long[] scattered = new long[1200];
        for (int i = 0; i < scattered.length; i++) {
            scattered[i] = i % 2 == 0 ? 1 + i % 400 * 2 : 100_001 + 2 * i;
        }
        try (Volume volume = LiveDedup.create(directory, options)) {
            importBytes(volume, "a", TestData.distinctBlocks(BLOCK, 1, 1_000), RewritePolicy.never());
            byte[] content = TestData.blocks(BLOCK, scattered);
            ImportResult b = importBytes(volume, "b", content, policy);
            assertThat(b.rewrittenBlocks()).isEqualTo(200);
            assertThat(b.newBlocks()).isEqualTo(600 + 200);
            assertThat(b.duplicateBlocks()).isEqualTo(400);
            long extents = volume.images().fragmentation("b").physicalExtents();
            ImportResult c = importBytes(volume, "c", content, RewritePolicy.never());
            assertThat(c.newBlocks()).isZero();
            assertThat(volume.images().fragmentation("c").physicalExtents()).isEqualTo(extents);
            assertThat(readImage(volume, "b")).isEqualTo(content);
            assertThat(readImage(volume, "c")).isEqualTo(content);
            assertClean(volume);
        }
        // The index made anew finds the copies, too.
        try (Volume volume = LiveDedup.open(directory, options)) {
            byte[] content = TestData.blocks(BLOCK, scattered);
            importBytes(volume, "d", content, RewritePolicy.never());
            assertThat(volume.images().fragmentation("d").physicalExtents())
                    .isEqualTo(volume.images().fragmentation("b").physicalExtents());
        }
    }

    @Test
    void longRunsAndWellUsedStretchesAreShared() throws IOException {
        byte[] content = TestData.distinctBlocks(BLOCK, 1, 1_500);
        try (Volume volume = LiveDedup.create(directory, LARGE_GROUPS)) {
            importBytes(volume, "a", content, RewritePolicy.never());
            ImportResult b = importBytes(
                    volume, "b", content, RewritePolicy.minimumRun(256).withMaxShare(1));
            assertThat(b.rewrittenBlocks()).isZero();
            ImportResult c = importBytes(
                    volume, "c", content, RewritePolicy.newestVersion("a", 0.95).withMaxShare(1));
            assertThat(c.rewrittenBlocks()).isZero();
            assertThatThrownBy(() -> importBytes(volume, "d", content, RewritePolicy.newestVersion("none", 0.5)))
                    .isInstanceOf(NotFoundException.class);
            assertThat(names(volume)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void theLimitIsKept() throws IOException {
        long[] odd = new long[1_000];
        for (int i = 0; i < odd.length; i++) {
            odd[i] = 1 + 2 * i;
        }
        try (Volume volume = LiveDedup.create(directory, LARGE_GROUPS)) {
            importBytes(volume, "a", TestData.distinctBlocks(BLOCK, 1, 2_000), RewritePolicy.never());
            ImportResult b = importBytes(
                    volume,
                    "b",
                    TestData.blocks(BLOCK, odd),
                    RewritePolicy.minimumRun(8).withMaxShare(0.25));
            assertThat(b.rewrittenBlocks()).isBetween(200L, 250L);
            ImportResult c = importBytes(
                    volume,
                    "c",
                    TestData.blocks(BLOCK, odd),
                    RewritePolicy.minimumRun(8).withMaxShare(0));
            assertThat(c.rewrittenBlocks()).isZero();
        }
    }
}
