package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Extent;
import io.github.livededup.ImportResult;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.PutResult;
import io.github.livededup.TransferOptions;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.contract.TwinVolume.Handles;
import io.github.livededup.engine.contract.TwinVolume.Held;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Draws operations, does each to both twins and compares what they answer and hold. */
final class RandomOperations {
    /**
     * How large things get.
     *
     * @param images the most images
     * @param imageBlocks the most blocks of an image that is not huge
     * @param held the most references of the block store's callers
     * @param freshOneIn one block of so many is one that was hardly stored before
     * @param figuresEvery the volume's figures are compared after one step of so many
     * @param isHuge whether one image may be of 16 TiB, with a few blocks here and there
     * @param liveFactor how often snapshots, clones, deletions and compactions come, compared with the usual
     */
    record Scale(
            int images, int imageBlocks, int held, int freshOneIn, int figuresEvery, boolean isHuge, int liveFactor) {
        static final Scale SMALL = new Scale(6, 40, 60, 8, 1, false, 1);
    }

    /** How many kinds of operations there are. */
    static final int KINDS = 23;

    private static final int[] WEIGHTS = {4, 30, 12, 6, 14, 6, 3, 2, 4, 3, 8, 5, 8, 4, 1, 3, 2, 3, 3, 4, 1, 3, 2};
    /** Deletions, snapshots, clones, compactions. */
    private static final BitSet LIVE_KINDS = kinds(7, 17, 18, 20);
    /** Kinds that a full volume does, too. */
    private static final BitSet MUST_SUCCEED = kinds(4, 5, 7, 9, 12, 14, 15, 16, 20, 21);

    private static final int COMPACTION = 20;
    /** Kinds that need an image. */
    private static final BitSet NEEDS_IMAGE = kinds(1, 2, 3, 4, 5, 6, 7, 9, 16, 17, 18, 19, 21, 22);

    private static final long HUGE_BYTES = 16L << 40;
    private static final String HUGE = "huge";

    private final TwinVolume twins;
    private final Scale scale;
    private final int[] weights;
    private final Random random;
    private final LiveOperations live;
    private final BitSet kinds = new BitSet();
    private int names;
    private long steps;
    private long refusals;

    RandomOperations(TwinVolume twins, long seed) {
        this(twins, seed, Scale.SMALL);
    }

    RandomOperations(TwinVolume twins, long seed, Scale scale) {
        this.twins = twins;
        this.scale = scale;
        random = new Random(seed);
        weights = WEIGHTS.clone();
        LIVE_KINDS.stream().forEach(kind -> weights[kind] *= scale.liveFactor());
        weights[COMPACTION] *= scale.liveFactor();
        live = new LiveOperations(twins, random);
    }

    private static BitSet kinds(int... some) {
        BitSet set = new BitSet();
        for (int kind : some) {
            set.set(kind);
        }
        return set;
    }

    int kindsDone() {
        return kinds.cardinality();
    }

    /** How often the volume was too full. */
    long refusals() {
        return refusals;
    }

    /** How many block groups compactions have rewritten or freed. */
    long compacted() {
        return live.compacted();
    }

    void step() throws IOException {
        int draw = random.nextInt(Arrays.stream(weights).sum());
        int kind = 0;
        while (draw >= weights[kind]) {
            draw -= weights[kind++];
        }
        if (NEEDS_IMAGE.get(kind) && twins.handles.isEmpty()) {
            kind = 0;
        }
        if (kind >= 12 && kind <= 13 && twins.held.isEmpty()) {
            kind = 10;
        }
        kinds.set(kind);
        try {
            perform(kind);
        } catch (VolumeFullException e) {
            // Nothing of it was done.
            refusals++;
            twins.hasUnknownBlocks = true;
            if (!twins.mayBeFull() || MUST_SUCCEED.get(kind)) {
                throw e;
            }
            twins.did(Effect.NONE, null);
        }
        if (++steps % scale.figuresEvery() == 0) {
            twins.compareFigures();
        }
    }

    private void perform(int kind) throws IOException {
        switch (kind) {
            case 0 -> create();
            case 1 -> write();
            case 2 -> discard();
            case 3 -> resize();
            case 4 -> read();
            case 5 -> twins.compareImage(anyName());
            case 6 -> rename();
            case 7 -> delete();
            case 8 -> importImage();
            case 9 -> export();
            case 10 -> put();
            case 11 -> putBlockOfAnImage();
            case 12 -> release();
            case 13 -> retainOrFind();
            case 14 -> twins.reopen();
            case 15 -> commit();
            case 16 -> flush();
            case 17 -> snapshot();
            case 18 -> copyOnWrite();
            case 19 -> discardAll();
            case 20 -> live.compact();
            case 21 -> live.diff(anyName(), anyName());
            case 22 -> delta();
            default -> throw new IllegalStateException("kind " + kind);
        }
    }

    private String anyName() {
        List<String> all = List.copyOf(twins.handles.keySet());
        return all.get(random.nextInt(all.size()));
    }

    private Handles anyImage() {
        return twins.handles.get(anyName());
    }

    /** An image that is no snapshot; without one, all there are may be meant. */
    private String anyWritable() throws IOException {
        List<String> all = new ArrayList<>();
        for (String name : twins.handles.keySet()) {
            if (!twins.handles.get(name).model().isReadOnly()) {
                all.add(name);
            }
        }
        return all.isEmpty() ? anyName() : all.get(random.nextInt(all.size()));
    }

    /** An image that fits into an array; null if there is none. */
    private @Nullable String anySmall() throws IOException {
        String name = anyName();
        return twins.isHuge(name) ? null : name;
    }

    private long anySize() {
        int blocks = random.nextInt(scale.imageBlocks() + 1);
        int rest = random.nextInt(3) == 0 ? random.nextInt(twins.blockSize) : 0;
        return (long) blocks * twins.blockSize + rest;
    }

    /** A place within a size: at a block's start as often as not. */
    private long anyPosition(long size) {
        long position = (long) (random.nextDouble() * size);
        return random.nextBoolean() ? position / twins.blockSize * twins.blockSize : position;
    }

    /** Bytes of which blocks come again, and some are zero. */
    private byte[] anyBytes(int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += twins.blockSize) {
            int part = Math.min(twins.blockSize, length - at);
            System.arraycopy(anyBlock(), 0, bytes, at, part);
        }
        return bytes;
    }

    private byte[] anyBlock() {
        if (random.nextInt(scale.freshOneIn()) == 0) {
            return TestData.block(twins.blockSize, 1_000 + random.nextInt(100_000));
        }
        return random.nextInt(8) == 0
                ? new byte[twins.blockSize]
                : TestData.block(twins.blockSize, 1 + random.nextInt(80));
    }

    private ByteBuffer buffer(byte[] bytes) {
        return random.nextBoolean() ? ByteBuffer.wrap(bytes) : TestData.direct(bytes);
    }

    private void create() throws IOException {
        if (twins.handles.size() >= scale.images()) {
            delete();
            return;
        }
        boolean isHuge = scale.isHuge() && !twins.handles.containsKey(HUGE);
        String name = isHuge ? HUGE : "image-" + names++;
        long size = isHuge ? HUGE_BYTES : anySize();
        twins.handles.put(
                name,
                new Handles(
                        twins.real.images().create(name, size),
                        twins.model.images().create(name, size)));
        twins.did(Effect.NONE, null);
    }

    private void write() throws IOException {
        String name = anyWritable();
        Handles image = twins.handles.get(name);
        long size = image.model().sizeBytes();
        long position = anyPosition(size);
        int length = (int) (random.nextDouble() * Math.min(size - position, 12L * twins.blockSize));
        if (random.nextInt(3) == 0) {
            length = length / twins.blockSize * twins.blockSize;
        }
        if (random.nextInt(50) == 0) {
            long past = size - length + 1;
            byte[] bytes = new byte[length];
            TwinVolume.assertFailAlike(
                    () -> image.real().write(ByteBuffer.wrap(bytes), past),
                    () -> image.model().write(ByteBuffer.wrap(bytes), past));
            return;
        }
        byte[] bytes = anyBytes(length);
        if (image.model().isReadOnly()) {
            TwinVolume.assertFailAlike(
                    () -> image.real().write(ByteBuffer.wrap(bytes), position),
                    () -> image.model().write(ByteBuffer.wrap(bytes), position));
            return;
        }
        try {
            image.real().write(buffer(bytes), position);
        } catch (VolumeFullException e) {
            twins.takeOver(name, position, bytes);
            throw e;
        }
        image.model().write(ByteBuffer.wrap(bytes), position);
        twins.did(Effect.NONE, null);
    }

    private void flush() throws IOException {
        String name = anyName();
        twins.handles.get(name).real().flush();
        twins.did(Effect.FLUSHED, name);
    }

    private void discard() throws IOException {
        String name = anyWritable();
        Handles image = twins.handles.get(name);
        long size = image.model().sizeBytes();
        long position = anyPosition(size);
        long length = random.nextInt(4) == 0 ? size - position : anyPosition(size - position);
        live.discard(name, List.of(new Extent(position, length, false)), false);
    }

    private void discardAll() throws IOException {
        String name = anyWritable();
        Handles image = twins.handles.get(name);
        List<Extent> ranges = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            long position = anyPosition(image.model().sizeBytes());
            long length = anyPosition(image.model().sizeBytes() - position);
            if (length > 0) {
                ranges.add(new Extent(position, length, random.nextBoolean()));
            }
        }
        live.discard(name, ranges, true);
    }

    private void resize() throws IOException {
        Handles image = twins.handles.get(anyWritable());
        if (image.model().isReadOnly()) {
            TwinVolume.assertFailAlike(
                    () -> image.real().resize(7), () -> image.model().resize(7));
            return;
        }
        long size =
                random.nextInt(3) == 0 ? Math.max(0, image.model().sizeBytes() + random.nextInt(200) - 100) : anySize();
        image.real().resize(size);
        image.model().resize(size);
        twins.did(Effect.NONE, null);
        if (random.nextInt(20) == 0) {
            TwinVolume.assertFailAlike(
                    () -> image.real().resize(-1), () -> image.model().resize(-1));
        }
    }

    private void read() throws IOException {
        Handles image = anyImage();
        long position = anyPosition(image.model().sizeBytes() + twins.blockSize);
        int length = random.nextInt(10 * twins.blockSize);
        ByteBuffer ofReal = buffer(new byte[length]).clear();
        ByteBuffer ofModel = ByteBuffer.allocate(length);
        assertThat(image.real().read(ofReal, position)).isEqualTo(image.model().read(ofModel, position));
        assertThat(ofReal.flip()).as("%d bytes at %d", length, position).isEqualTo(ofModel.flip());
        assertThat(image.real().extents(position, length))
                .isEqualTo(image.model().extents(position, length));
    }

    private void rename() throws IOException {
        String name = anyName();
        String taken = anyName();
        if (!taken.equals(name)) {
            TwinVolume.assertFailAlike(
                    () -> twins.real.images().rename(name, taken),
                    () -> twins.model.images().rename(name, taken));
            if (random.nextInt(3) == 0) {
                replace(name, taken);
                return;
            }
        }
        String newName = "renamed-" + names++;
        twins.real.images().rename(name, newName);
        twins.model.images().rename(name, newName);
        twins.handles.put(newName, twins.handles.remove(name));
        twins.did(Effect.NONE, null);
        assertThat(twins.handles.get(newName).real().name()).isEqualTo(newName);
    }

    private void replace(String name, String replaced) throws IOException {
        twins.real.images().replace(name, replaced);
        twins.model.images().replace(name, replaced);
        Handles gone = twins.handles.remove(replaced);
        twins.handles.put(replaced, twins.handles.remove(name));
        twins.did(Effect.NONE, null);
        assertThat(twins.handles.get(replaced).real().name()).isEqualTo(replaced);
        TwinVolume.assertFailAlike(
                () -> gone.real().sizeBytes(), () -> gone.model().sizeBytes());
    }

    private String newName(String kind) throws IOException {
        if (twins.handles.size() >= scale.images()) {
            delete();
        }
        return kind + "-" + names++;
    }

    private void snapshot() throws IOException {
        String to = newName("snapshot");
        if (!twins.handles.isEmpty()) {
            live.snapshot(anyName(), to);
        }
    }

    private void copyOnWrite() throws IOException {
        String to = newName("clone");
        if (!twins.handles.isEmpty()) {
            live.copyOnWrite(anyName(), to);
        }
    }

    private void delta() throws IOException {
        String to = newName("delta");
        String name = twins.handles.isEmpty() ? null : anySmall();
        if (name != null) {
            live.delta(random.nextInt(3) == 0 ? null : anyName(), name, to);
        }
    }

    private void delete() throws IOException {
        String name = anyName();
        live.delete(name);
        Handles gone = twins.handles.remove(name);
        twins.did(Effect.NONE, null);
        TwinVolume.assertFailAlike(
                () -> gone.real().sizeBytes(), () -> gone.model().sizeBytes());
    }

    private void importImage() throws IOException {
        String name = newName("import");
        byte[] bytes = anyBytes((int) anySize());
        TransferOptions options = TransferOptions.defaults();
        Path file = Files.write(twins.temporary.resolve("source"), bytes);
        ImportResult ofReal = random.nextBoolean()
                ? twins.real.images().importFile(file, name, options)
                : importChannel(file, name, options);
        ImportResult ofModel = twins.model.images().importFile(file, name, options);
        assertThat(ofReal.logicalBytes()).isEqualTo(ofModel.logicalBytes());
        assertThat(ofReal.nonZeroBlocks()).isEqualTo(ofModel.nonZeroBlocks());
        // A dead block whose bytes are still there need not be stored again.
        assertThat(ofReal.newBlocks()).isLessThanOrEqualTo(ofModel.newBlocks());
        assertThat(ofReal.newBlocks() + ofReal.duplicateBlocks()).isEqualTo(ofReal.nonZeroBlocks());
        twins.open(name);
        twins.did(Effect.STRUCTURE, null);
        twins.compareImage(name);
    }

    private ImportResult importChannel(Path file, String name, TransferOptions options) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            return twins.real.images().importChannel(channel, name, options);
        }
    }

    private void export() throws IOException {
        String name = anySmall();
        if (name == null) {
            return;
        }
        byte[] expected = TestData.readAll(twins.handles.get(name).model());
        if (random.nextBoolean()) {
            Path file = twins.temporary.resolve("target");
            twins.real
                    .images()
                    .exportFile(name, file, TransferOptions.defaults().withReplaceExisting(true));
            assertThat(Files.readAllBytes(file)).as("export of %s", name).isEqualTo(expected);
        } else {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            twins.real.images().exportChannel(name, Channels.newChannel(out), TransferOptions.defaults());
            assertThat(out.toByteArray()).as("export of %s", name).isEqualTo(expected);
        }
    }

    private void put() throws IOException {
        put(anyBlock());
    }

    /** So that images and callers share blocks. */
    private void putBlockOfAnImage() throws IOException {
        byte[] block = anyBlock();
        if (!twins.handles.isEmpty()) {
            Handles image = anyImage();
            long blocks = image.model().sizeBytes() / twins.blockSize;
            if (blocks > 0) {
                long index = (long) (random.nextDouble() * blocks);
                block = TestData.read(image.model(), index * twins.blockSize, twins.blockSize);
            }
        }
        put(block);
    }

    private void put(byte[] block) throws IOException {
        if (twins.held.size() >= scale.held()) {
            release();
        }
        boolean mayBeRevived = twins.hasUnknownBlocks || twins.wasEverDead(block);
        twins.real.statistics(); // stores what is kept in memory, so that it is found
        PutResult ofReal = twins.real.blocks().put(buffer(block));
        PutResult ofModel = twins.model.blocks().put(ByteBuffer.wrap(block));
        if (!ofModel.isNew() || !mayBeRevived) {
            assertThat(ofReal.isNew()).isEqualTo(ofModel.isNew());
        }
        twins.held.add(new Held(ofReal.address(), ofModel.address()));
        twins.did(Effect.NONE, null);
        twins.compareBlock(twins.held.get(twins.held.size() - 1));
    }

    private void release() throws IOException {
        Held block = twins.held.remove(random.nextInt(twins.held.size()));
        twins.compareBlock(block);
        twins.real.blocks().release(block.realAddress());
        twins.model.blocks().release(block.modelAddress());
        twins.did(Effect.NONE, null);
        assertThat(twins.real.blocks().references(block.realAddress()))
                .isEqualTo(twins.model.blocks().references(block.modelAddress()));
    }

    private void retainOrFind() throws IOException {
        Held block = twins.held.get(random.nextInt(twins.held.size()));
        ByteBuffer content = ByteBuffer.allocate(twins.blockSize);
        twins.model.blocks().get(block.modelAddress(), content);
        ByteBuffer fingerprint = ByteBuffer.wrap(twins.real.blocks().fingerprint(content.flip()));
        assertThat(twins.real.blocks().find(fingerprint)).isEqualTo(OptionalLong.of(block.realAddress()));
        if (twins.held.size() < scale.held()) {
            twins.real.blocks().retain(block.realAddress());
            twins.model.blocks().retain(block.modelAddress());
            twins.held.add(block);
            twins.did(Effect.NONE, null);
        }
        ByteBuffer wrong = ByteBuffer.allocate(twins.blockSize - 1);
        TwinVolume.assertFailAlike(() -> twins.real.blocks().put(wrong), () -> {
            throw new InvalidArgumentException("block", wrong, "a block");
        });
    }

    private void commit() throws IOException {
        twins.real.commit();
        twins.model.commit();
        twins.did(Effect.COMMITTED, null);
        if (random.nextInt(4) == 0) {
            twins.compareEverything();
        }
    }
}
