package io.github.livededup.engine.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.IndexBackend;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that changes a volume is killed (SIGKILL) at a random time, again and again. After each kill the volume opens,
 * verifies without a problem, and holds for each thread what {@link KillHistory} allows: what was acknowledged is there, and
 * of the rest as much as some number of operations give, except for writes that were kept in memory. What earlier rounds left is still
 * there. {@code -Dlivededup.kill.rounds} sets the rounds, {@code -Dlivededup.kill.seed} repeats a choice of operations;
 * the instants of the kills cannot be repeated.
 */
@Tag("kill")
class KillTest {
    private static final int ROUNDS = Integer.getInteger("livededup.kill.rounds", 8);
    private static final long SEED = Long.getLong("livededup.kill.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    /** What earlier rounds left, for good. */
    private final KillModel settled = new KillModel();

    @Test
    void nothingAcknowledgedIsLostAndNothingIsHalfDone() throws Exception {
        Path directory = folder.resolve("volume");
        LiveDedup.create(
                        directory,
                        VolumeOptions.builder().groupSizeBytes(1 << 20).build())
                .close();
        for (int round = 0; round < ROUNDS; round++) {
            String what = "round " + round + ", -Dlivededup.kill.seed=" + SEED;
            Durability durability = Durability.values()[round % 3];
            List<KillStream> streams = new ArrayList<>();
            for (int thread = 0; thread <= round % 4; thread++) {
                streams.add(new KillStream(SEED, round, thread));
            }
            KilledProcess child = KilledProcess.run(
                    random,
                    KillChild.class,
                    List.of(
                            directory.toString(),
                            Long.toString(SEED),
                            Integer.toString(round),
                            Integer.toString(streams.size()),
                            durability.name(),
                            (round % 4 == 3 ? IndexBackend.AUTO : IndexBackend.BUILT_IN).name()));
            System.out.println(what + ": " + durability + ", " + child);
            // Opening for reading only mends nothing, and the next child then finds the volume as it was left.
            boolean isReadOnly = random.nextBoolean();
            VolumeOptions options = VolumeOptions.builder().readOnly(isReadOnly).build();
            try (Volume volume = LiveDedup.open(directory, options)) {
                verify(volume, what);
                KillModel actual = read(volume, streams);
                for (int thread = 0; thread < streams.size(); thread++) {
                    check(thread, child, streams.get(thread), actual, what);
                }
                if (!isReadOnly) {
                    deleteSome(volume);
                }
            }
        }
        try (Volume volume = LiveDedup.open(directory, VolumeOptions.defaults())) {
            verify(volume, "at the end");
            assertThat(settled.difference(read(volume, List.of()))).isEmpty();
        }
    }

    /** Reads all there is; what is of no stream must be what is settled. */
    private KillModel read(Volume volume, List<KillStream> streams) throws IOException {
        KillModel fresh = new KillModel();
        KillModel old = new KillModel();
        for (ImageInfo info : volume.images().list()) {
            boolean isFresh = streams.stream().anyMatch(stream -> stream.owns(info.name()));
            (isFresh ? fresh : old).images.put(info.name(), blocks(volume, info));
            if (info.isSnapshot()) {
                (isFresh ? fresh : old).snapshots.add(info.name());
            }
        }
        for (long id : settled.references.keySet()) {
            addReferences(volume, id, old);
        }
        for (KillStream stream : streams) {
            for (long id : stream.puts().toArray()) {
                addReferences(volume, id, fresh);
            }
        }
        assertThat(settled.difference(old)).as("what earlier rounds left").isEmpty();
        return streams.isEmpty() ? old : fresh;
    }

    private static long[] blocks(Volume volume, ImageInfo info) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) info.sizeBytes());
        try (Image image = volume.images().openReadOnly(info.name())) {
            while (bytes.hasRemaining()) {
                assertThat(image.read(bytes, bytes.position())).isPositive();
            }
        }
        bytes.flip();
        long[] ids = new long[bytes.remaining() / KillContent.BLOCK_BYTES];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = KillContent.id(bytes);
        }
        return ids;
    }

    private static void addReferences(Volume volume, long id, KillModel into) throws IOException {
        byte[] content = KillContent.of(id);
        byte[] fingerprint = volume.blocks().fingerprint(ByteBuffer.wrap(content));
        OptionalLong address = volume.blocks().find(ByteBuffer.wrap(fingerprint));
        if (address.isPresent()) {
            long count = volume.blocks().references(address.getAsLong());
            if (count > 0) {
                into.references.put(id, count);
                ByteBuffer stored = ByteBuffer.allocate(KillContent.BLOCK_BYTES);
                volume.blocks().get(address.getAsLong(), stored);
                assertThat(stored.array()).isEqualTo(content);
            }
        }
    }

    /** One thread's images and references are what some number of its operations give; they are settled from now on. */
    private void check(int thread, KilledProcess child, KillStream stream, KillModel all, String what) {
        KillModel actual = new KillModel();
        all.images.forEach((name, ids) -> {
            if (stream.owns(name)) {
                actual.images.put(name, ids);
                if (all.snapshots.contains(name)) {
                    actual.snapshots.add(name);
                }
            }
        });
        for (long id : stream.puts().toArray()) {
            if (all.references.containsKey(id)) {
                actual.references.put(id, all.references.get(id));
            }
        }
        settled.images.putAll(actual.images);
        settled.references.putAll(actual.references);
        settled.snapshots.addAll(actual.snapshots);
        int fewest = child.acknowledged(thread) + 1;
        int most = child.tried(thread) + 1;
        KillHistory history = new KillHistory(stream, most);
        if (history.admits(actual, fewest, most)) {
            return;
        }
        String difference = history.state(fewest).difference(actual);
        throw new AssertionError(what + ": thread " + thread + ": what is there is not what " + fewest + " to " + most
                + " operations give; differs from what was acknowledged by:\n" + difference + "and from all by:\n"
                + stream.model().difference(actual));
    }

    private void deleteSome(Volume volume) throws IOException {
        for (String name : List.copyOf(settled.images.keySet())) {
            if (random.nextInt(3) > 0) {
                volume.images().delete(name);
                settled.images.remove(name);
                settled.snapshots.remove(name);
            }
        }
    }

    private static void verify(Volume volume, String what) throws IOException {
        VerifyReport report = volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS));
        assertThat(report.problems()).as(what).isEmpty();
    }
}
