package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.LiveDedupException;
import io.github.livededup.NotFoundException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A volume with known contents on disk, to be copied and damaged. */
final class Specimen {
    /** So small that there are several sealed groups, and that copies are cheap. */
    static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .build();

    private static final int BLOCK = 4096;
    /** Kept, as a logger that nobody holds forgets its level. */
    private static final Logger QUIET = Logger.getLogger("io.github.livededup");

    /** What happened to a damaged volume. */
    enum Outcome {
        /** It was not opened, and said so. */
        REFUSED,
        /** It was opened, and verification names the damage. */
        REPORTED,
        /** It was opened, and everything is there. */
        INTACT,
        /** It was opened at an earlier state: what was last committed is not there, all else is. */
        EARLIER
    }

    /** Closed cleanly. */
    final Path closed;
    /** As a crash would leave it: copied while it was open, right after a commit. */
    final Path crashed;
    /** The same options, other contents. */
    final Path foreign;

    private final Map<String, byte[]> contents = new TreeMap<>();
    private final Map<Long, byte[]> blocks = new TreeMap<>();

    Specimen(Path folder) throws IOException {
        // Hundreds of damaged volumes: what is logged of each would hide a failure.
        QUIET.setLevel(Level.SEVERE);
        closed = folder.resolve("closed");
        crashed = folder.resolve("crashed");
        foreign = folder.resolve("foreign");
        contents.put("a", TestData.distinctBlocks(BLOCK, 1, 1_200));
        contents.put("b", TestData.distinctBlocks(BLOCK, 600, 900));
        contents.put("c", TestData.distinctBlocks(BLOCK, 5_000, 300));
        Path live = folder.resolve("live");
        try (Volume volume = LiveDedup.create(live, OPTIONS)) {
            create(volume, "a");
            create(volume, "b");
            for (int seed = 9_000; seed < 9_050; seed++) {
                byte[] block = TestData.block(BLOCK, seed);
                blocks.put(volume.blocks().put(ByteBuffer.wrap(block)).address(), block);
            }
        }
        try (Volume volume = LiveDedup.open(live, OPTIONS)) {
            create(volume, "c");
            volume.commit();
            FileTree.copy(live, crashed);
        }
        FileTree.copy(live, closed);
        try (Volume volume = LiveDedup.create(foreign, OPTIONS)) {
            try (Image image = volume.images().create("a", 1_000L * BLOCK)) {
                image.write(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 20_000, 1_000)), 0);
            }
        }
    }

    private void create(Volume volume, String name) throws IOException {
        byte[] bytes = contents.get(name);
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    /**
     * Opens a copy, twice, and reads everything. Whatever the damage: no wrong bytes, no error but a typed one, and nothing
     * missing that verification does not tell of.
     */
    Outcome examine(Path copy) throws IOException {
        try (Volume volume = LiveDedup.open(copy, OPTIONS)) {
            boolean clean =
                    volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).isClean();
            boolean complete = readEverything(volume, clean);
            return !clean ? Outcome.REPORTED : complete ? Outcome.INTACT : Outcome.EARLIER;
        } catch (LiveDedupException refused) {
            assertThat(refused.getMessage()).startsWith(refused.resource() + ": ");
            assertThat(refused.resource()).isNotBlank();
            assertRefusedAgain(copy, refused);
            return Outcome.REFUSED;
        }
    }

    /** The second attempt fails alike: nothing was locked or changed for the worse by the first. */
    private static void assertRefusedAgain(Path copy, LiveDedupException first) throws IOException {
        try (Volume volume = LiveDedup.open(copy, OPTIONS)) {
            volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS));
        } catch (LiveDedupException second) {
            assertThat(second).hasSameClassAs(first);
        }
    }

    /** Whether all is there; what is there must be right. */
    private boolean readEverything(Volume volume, boolean clean) throws IOException {
        boolean complete = true;
        for (Map.Entry<String, byte[]> image : contents.entrySet()) {
            try (Image opened = volume.images().openReadOnly(image.getKey())) {
                assertThat(TestData.readAll(opened)).isEqualTo(image.getValue());
            } catch (LiveDedupException e) {
                boolean mayBeMissing =
                        e instanceof NotFoundException && image.getKey().equals("c");
                assertThat(clean && !mayBeMissing)
                        .as("verified as clean, but image %s: %s", image.getKey(), e)
                        .isFalse();
                complete = false;
            }
        }
        for (Map.Entry<Long, byte[]> block : blocks.entrySet()) {
            ByteBuffer into = ByteBuffer.allocate(BLOCK);
            try {
                volume.blocks().get(block.getKey(), into);
                assertThat(into.array()).isEqualTo(block.getValue());
            } catch (LiveDedupException e) {
                assertThat(clean).as("verified as clean, but %s", e).isFalse();
            }
        }
        return complete;
    }

    /** Shows that duplicates of everything are still found. */
    void assertDuplicatesAreFound(Path copy) throws IOException {
        try (Volume volume = LiveDedup.open(copy, OPTIONS)) {
            long before = volume.statistics().uniqueBlocks();
            for (String name : Set.copyOf(contents.keySet())) {
                byte[] bytes = contents.get(name);
                try (Image image = volume.images().create(name + "-again", bytes.length)) {
                    image.write(ByteBuffer.wrap(bytes), 0);
                }
            }
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(before);
        }
    }
}
