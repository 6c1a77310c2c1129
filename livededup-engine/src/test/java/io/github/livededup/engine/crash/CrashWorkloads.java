package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Compression;
import io.github.livededup.DeltaOptions;
import io.github.livededup.Durability;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.CrashKit;
import io.github.livededup.engine.crashkit.CrashKit.Workload;
import io.github.livededup.engine.crashkit.CrashRecording;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The catalogue: small scripts, each about one thing that a volume does to its files. Each asserts that it does it, so that
 * a change of some threshold does not make it a test of nothing.
 */
enum CrashWorkloads {
    FIRST_COMMIT {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.record(volume -> {
                volume.blocks().put(block(1));
                try (Image image = volume.images().create("first", 6 * BLOCK)) {
                    image.write(blocks(1, 2, 3), 0);
                    volume.commit();
                    image.write(blocks(4), 5 * BLOCK);
                }
            });
        }
    },

    IMPORT {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> imports(volume, "old", 1, 2, 0, 3)).record(volume -> {
                imports(volume, "new", 3, 0, 0, 4, 5, 1, 6, 7);
                imports(volume, "twin", 4, 5, 6, 7);
            });
        }
    },

    OVERWRITE {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> create(volume, "image", 1, 2, 3, 4, 5, 6))
                    .record(volume -> {
                        try (Image image = volume.images().open("image")) {
                            image.write(blocks(11, 12), BLOCK);
                            image.flush();
                            image.write(ByteBuffer.wrap(new byte[700]), 100);
                            image.write(blocks(1, 13, 14), 2 * BLOCK);
                            volume.commit();
                            image.write(blocks(15), 2 * BLOCK);
                            image.flush();
                            image.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                        }
                    });
        }
    },

    SNAPSHOT {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> create(volume, "image", 1, 2, 3)).record(volume -> {
                volume.images().snapshot("image", "before");
                try (Image image = volume.images().open("image")) {
                    image.write(blocks(4), BLOCK);
                    volume.images().snapshot("image", "after");
                    image.write(blocks(5), 0);
                    volume.commit();
                }
                volume.images().delete("before");
            });
        }
    },

    CLONE {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> create(volume, "image", 1, 2, 3)).record(volume -> {
                volume.images().clone("image", "clone");
                try (Image image = volume.images().open("image");
                        Image clone = volume.images().open("clone")) {
                    clone.write(blocks(4, 5), 0);
                    image.write(blocks(4), 2 * BLOCK);
                    clone.flush();
                    volume.images().clone("clone", "of clone");
                    clone.write(blocks(6), 0);
                }
            });
        }
    },

    DELETE {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> {
                        create(volume, "one", 1, 2, 3, 4);
                        volume.images().clone("one", "two");
                        create(volume, "three", 3, 5);
                    })
                    .record(volume -> {
                        volume.images().delete("one");
                        volume.commit();
                        volume.images().delete("three");
                        create(volume, "one", 5, 6);
                        volume.images().replace("one", "two");
                        volume.images().rename("two", "last");
                    });
        }
    },

    DISCARD {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> create(volume, "image", 1, 2, 3, 4, 5, 6, 7, 8))
                    .record(volume -> {
                        try (Image image = volume.images().open("image")) {
                            image.discard(BLOCK, 2 * BLOCK);
                            volume.commit();
                            image.discardAll(
                                    List.of(new Extent(100, BLOCK, false), new Extent(4 * BLOCK, 2 * BLOCK, false)));
                            image.flush();
                            image.resize(7 * BLOCK - 5);
                            image.resize(10 * BLOCK);
                            image.writeZeroes(6 * BLOCK, 3 * BLOCK);
                        }
                    });
        }
    },

    BLOCKS {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> create(volume, "image", 1, 2)).record(volume -> {
                long one = volume.blocks().put(block(1)).address();
                long three = volume.blocks().put(block(3)).address();
                volume.blocks().retain(three);
                volume.commit();
                volume.blocks().release(one);
                volume.blocks().release(three);
                volume.images().delete("image");
                volume.blocks().release(three);
                volume.blocks().put(block(3));
            });
        }
    },

    DELTA {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            return kit.prepare(volume -> {
                        create(volume, "base", 1, 2, 3, 4);
                        create(volume, "next", 1, 5, 5, 4, 6);
                        volume.images()
                                .exportDelta("base", "next", Channels.newChannel(stream), DeltaOptions.defaults());
                        volume.images().delete("next");
                    })
                    .record(volume -> volume.images()
                            .importDelta("base", "made", channel(stream.toByteArray()), TransferOptions.defaults()));
        }
    },

    /** Every change is durable by itself. */
    EVERY_CALL {
        @Override
        VolumeOptions options() {
            return super.options().toBuilder().durability(Durability.EVERY_CALL).build();
        }

        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.record(volume -> {
                create(volume, "image", 1, 2);
                volume.images().snapshot("image", "snapshot");
                long address = volume.blocks().put(block(2)).address();
                volume.images().setModified("image", Instant.EPOCH);
                volume.images().delete("image");
                volume.blocks().release(address);
            });
        }
    },

    /** Large blocks that do not compress, so that a group is full after a few. */
    GROUP_SEAL {
        @Override
        VolumeOptions options() {
            return large();
        }

        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> create(volume, "image", odd(1, 7)))
                    .record(volume -> {
                        create(volume, "more", odd(15, 10));
                        volume.commit();
                        assertThat(volume.statistics().blockGroups()).isEqualTo(2);
                    })
                    .samples(LARGE_SAMPLES);
        }
    },

    COMPACTION {
        @Override
        VolumeOptions options() {
            return large();
        }

        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return kit.prepare(volume -> {
                        create(volume, "dies", odd(1, 14));
                        create(volume, "half", odd(101, 5));
                        create(volume, "lives", odd(201, 9));
                    })
                    .record(volume -> {
                        volume.images().delete("dies");
                        volume.images().delete("half");
                        volume.commit();
                        CompactionResult result =
                                volume.compact(CompactionOptions.defaults().withMinDeadShare(0.05));
                        assertThat(result.freedGroups()).as("freed").isPositive();
                        assertThat(result.rewrittenGroups()).as("rewritten").isPositive();
                        create(volume, "new", odd(301, 2));
                        volume.commit();
                    })
                    .samples(LARGE_SAMPLES);
        }
    },

    /** A checkpoint in the midst of other work, since the journal is half full. */
    CHECKPOINT {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            CrashRecording recording = kit.prepare(volume -> create(volume, "image", 1, 2))
                    .record(volume -> commits(volume, HALF_JOURNAL_COMMITS));
            List<String> trace = recording.trace();
            // The opening forces it twice: what it read, and what it wrote.
            int opened = nextForce(trace, nextForce(trace, -1));
            int checkpoint = nextForce(trace, opened);
            assertThat(checkpoint)
                    .as("in the midst")
                    .isBetween(trace.size() / 2, trace.lastIndexOf("FORCE superblock 0") - 1);
            return recording.from(checkpoint - 40);
        }

        private static int nextForce(List<String> trace, int after) {
            return after + 1 + trace.subList(after + 1, trace.size()).indexOf("FORCE superblock 0");
        }
    },

    /** The log goes round to the first segment, after checkpoints that released it. */
    JOURNAL_WRAP {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            CrashRecording recording = kit.prepare(volume -> create(volume, "image", 1, 2))
                    .prepare(volume -> commits(volume, JOURNAL_COMMITS / 2))
                    .prepare(volume -> commits(volume, JOURNAL_COMMITS / 2))
                    .record(volume -> commits(volume, 40));
            List<String> writes = recording.trace().stream()
                    .filter(line -> line.startsWith("WRITE journal/"))
                    .map(line -> line.split(" ")[1])
                    .distinct()
                    .toList();
            assertThat(writes).containsExactly("journal/000003.log", "journal/000000.log");
            return recording;
        }
    },

    /** What an open after a crash does is cut as well. */
    RECOVERY {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            return OVERWRITE.record(kit).exhaustive(4).samples(6).cutRecoveries(20);
        }
    },

    OPEN_CLOSE {
        @Override
        CrashRecording record(CrashKit kit) throws Exception {
            Workload nothing = volume -> {};
            return kit.prepare(volume -> create(volume, "image", 1, 2))
                    .record(
                            nothing,
                            volume -> {
                                try (Image image = volume.images().open("image")) {
                                    image.write(blocks(3), 0);
                                }
                            },
                            nothing);
        }
    };

    static final long BLOCK = 4096;
    private static final int LARGE_BLOCK = 64 << 10;
    /** A state of large blocks takes long. */
    private static final int LARGE_SAMPLES = 10;

    /** A commit takes a page of the journal, which has 4 MiB here. */
    private static final int JOURNAL_COMMITS = 1010;

    private static final int HALF_JOURNAL_COMMITS = 530;

    /** Records it, and asserts that it does what it is about. */
    abstract CrashRecording record(CrashKit kit) throws Exception;

    VolumeOptions options() {
        return VolumeOptions.builder()
                .groupSizeBytes(1 << 20)
                .maxPhysicalBytes(64 << 20)
                .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
                .durability(Durability.EXPLICIT)
                .build();
    }

    private static VolumeOptions large() {
        return OVERWRITE.options().toBuilder()
                .blockSizeBytes(LARGE_BLOCK)
                .compression(Compression.NONE)
                .build();
    }

    /** As it is named in summaries and on the command line. */
    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ByteBuffer block(long seed) {
        return blocks(seed);
    }

    static ByteBuffer blocks(long... seeds) {
        return ByteBuffer.wrap(TestData.blocks((int) BLOCK, seeds));
    }

    /** Seeds of blocks that do not compress. */
    static long[] odd(long first, int count) {
        long[] seeds = new long[count];
        for (int i = 0; i < count; i++) {
            seeds[i] = first + 2L * i;
        }
        return seeds;
    }

    /** Creates an image of blocks. */
    static void create(Volume volume, String name, long... seeds) throws IOException {
        byte[] bytes = TestData.blocks(volume.blockSizeBytes(), seeds);
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    static void imports(Volume volume, String name, long... seeds) throws IOException {
        byte[] bytes = TestData.blocks(volume.blockSizeBytes(), seeds);
        volume.images().importChannel(channel(bytes), name, TransferOptions.defaults());
    }

    static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    /** Commits often, each time a page of the journal. */
    static void commits(Volume volume, int count) throws IOException {
        try (Image image = volume.images().open("image")) {
            for (int i = 0; i < count; i++) {
                image.write(blocks(1 + i % 3), 0);
                volume.commit();
            }
        }
    }
}
