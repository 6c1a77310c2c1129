package io.github.livededup.engine.kill;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.IndexBackend;
import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes a volume until it is killed. Each thread tells {@code TRY thread n} before operation n and {@code ACK thread n}
 * once all up to n is acknowledged.
 */
final class KillChild {
    private KillChild() {}

    /**
     * Arguments: volume, seed, round, threads, durability, index backend.
     */
    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[1]);
        int round = Integer.parseInt(arguments[2]);
        Durability durability = Durability.valueOf(arguments[4]);
        VolumeOptions options = VolumeOptions.builder()
                .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
                .durability(durability)
                .commitInterval(Duration.ofMillis(20))
                .indexBackend(IndexBackend.valueOf(arguments[5]))
                .workerThreads(2)
                // Now and then by itself as well, fast and eager.
                .backgroundCompaction(
                        round % 2 == 0 ? BackgroundCompaction.OFF : new BackgroundCompaction(true, 0.1, 1L << 30))
                .writeBufferBytes(round % 5 == 4 ? 0 : 1 << 20)
                .build();
        Volume volume = LiveDedup.open(Path.of(arguments[0]), options);
        for (int thread = 0; thread < Integer.parseInt(arguments[3]); thread++) {
            int number = thread;
            KillStream stream = new KillStream(seed, round, thread);
            new Thread(() -> {
                        try {
                            run(volume, stream, number, durability);
                        } catch (Throwable e) {
                            e.printStackTrace(System.out);
                            say("FAILED " + e);
                            Runtime.getRuntime().halt(3);
                        }
                    })
                    .start();
        }
    }

    private static void run(Volume volume, KillStream stream, int thread, Durability durability) throws IOException {
        Map<Long, Long> addresses = new HashMap<>();
        for (int n = 0; ; n++) {
            KillOp op = stream.next();
            say("TRY " + thread + " " + n);
            perform(volume, op, addresses);
            stream.model().apply(op);
            // An import commits by itself.
            if (durability == Durability.EVERY_CALL
                    || op.kind() == KillOp.Kind.COMMIT
                    || op.kind() == KillOp.Kind.IMPORT) {
                say("ACK " + thread + " " + n);
            }
        }
    }

    private static void perform(Volume volume, KillOp op, Map<Long, Long> addresses) throws IOException {
        long position = (long) op.first() * KillContent.BLOCK_BYTES;
        long length = (long) op.ids().length * KillContent.BLOCK_BYTES;
        switch (op.kind()) {
            case CREATE -> volume.images().create(op.name(), length).close();
            case WRITE, DISCARD, RESIZE -> {
                try (Image image = volume.images().open(op.name())) {
                    switch (op.kind()) {
                        case WRITE -> image.write(KillContent.of(op.ids()), position);
                        case DISCARD -> image.discard(position, length);
                        default -> image.resize(length);
                    }
                }
            }
            case RENAME -> volume.images().rename(op.name(), op.other());
            case DELETE -> volume.images().delete(op.name());
            case IMPORT -> {
                ByteBuffer blocks = KillContent.of(op.ids());
                volume.images()
                        .importChannel(
                                Channels.newChannel(new ByteArrayInputStream(blocks.array())),
                                op.name(),
                                TransferOptions.defaults());
            }
            case PUT ->
                addresses.put(
                        op.ids()[0],
                        volume.blocks()
                                .put(ByteBuffer.wrap(KillContent.of(op.ids()[0])))
                                .address());
            case RELEASE -> volume.blocks().release(addresses.get(op.ids()[0]));
            case SNAPSHOT -> volume.images().snapshot(op.name(), op.other());
            case CLONE -> volume.images().clone(op.name(), op.other());
            case COMMIT -> volume.commit();
            case COMPACT -> volume.compact(CompactionOptions.defaults());
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
