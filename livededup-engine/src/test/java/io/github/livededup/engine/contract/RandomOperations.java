package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.ImportResult;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.PutResult;
import io.github.livededup.TransferOptions;
import io.github.livededup.engine.contract.TwinVolume.Handles;
import io.github.livededup.engine.contract.TwinVolume.Held;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/** Draws operations, does each to both twins and compares what they answer and hold. */
final class RandomOperations {
    /** How many kinds of operations there are. */
    static final int KINDS = 16;

    private static final int MAX_IMAGES = 6;
    private static final int MAX_IMAGE_BLOCKS = 40;
    private static final int MAX_HELD = 60;
    private static final int[] WEIGHTS = {4, 30, 12, 6, 14, 6, 3, 2, 4, 3, 8, 5, 8, 4, 1, 3};

    private final TwinVolume twins;
    private final Random random;
    private final BitSet kinds = new BitSet();
    private int names;

    RandomOperations(TwinVolume twins, long seed) {
        this.twins = twins;
        random = new Random(seed);
    }

    int kindsDone() {
        return kinds.cardinality();
    }

    void step() throws IOException {
        int draw = random.nextInt(Arrays.stream(WEIGHTS).sum());
        int kind = 0;
        while (draw >= WEIGHTS[kind]) {
            draw -= WEIGHTS[kind++];
        }
        if (kind >= 1 && kind <= 7 && twins.handles.isEmpty()) {
            kind = 0;
        }
        if (kind >= 12 && kind <= 13 && twins.held.isEmpty()) {
            kind = 10;
        }
        kinds.set(kind);
        perform(kind);
        twins.compareFigures();
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

    private long anySize() {
        int blocks = random.nextInt(MAX_IMAGE_BLOCKS + 1);
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
        return switch (random.nextInt(8)) {
            case 0 -> new byte[twins.blockSize];
            case 1 -> TestData.block(twins.blockSize, 1_000 + random.nextInt(100_000));
            default -> TestData.block(twins.blockSize, 1 + random.nextInt(80));
        };
    }

    private ByteBuffer buffer(byte[] bytes) {
        return random.nextBoolean() ? ByteBuffer.wrap(bytes) : TestData.direct(bytes);
    }

    private void create() throws IOException {
        if (twins.handles.size() >= MAX_IMAGES) {
            delete();
            return;
        }
        String name = "image-" + names++;
        long size = anySize();
        twins.handles.put(
                name,
                new Handles(
                        twins.real.images().create(name, size),
                        twins.model.images().create(name, size)));
    }

    private void write() throws IOException {
        Handles image = anyImage();
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
        image.real().write(buffer(bytes), position);
        image.model().write(ByteBuffer.wrap(bytes), position);
        if (random.nextInt(20) == 0) {
            image.real().flush();
        }
    }

    private void discard() throws IOException {
        Handles image = anyImage();
        long size = image.model().sizeBytes();
        long position = anyPosition(size);
        long length = random.nextInt(4) == 0 ? size - position : anyPosition(size - position);
        image.real().discard(position, length);
        image.model().discard(position, length);
    }

    private void resize() throws IOException {
        Handles image = anyImage();
        long size =
                random.nextInt(3) == 0 ? Math.max(0, image.model().sizeBytes() + random.nextInt(200) - 100) : anySize();
        image.real().resize(size);
        image.model().resize(size);
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
        }
        String newName = "renamed-" + names++;
        twins.real.images().rename(name, newName);
        twins.model.images().rename(name, newName);
        twins.handles.put(newName, twins.handles.remove(name));
        assertThat(twins.handles.get(newName).real().name()).isEqualTo(newName);
    }

    private void delete() throws IOException {
        String name = anyName();
        twins.real.images().delete(name);
        twins.model.images().delete(name);
        Handles gone = twins.handles.remove(name);
        TwinVolume.assertFailAlike(
                () -> gone.real().sizeBytes(), () -> gone.model().sizeBytes());
    }

    private void importImage() throws IOException {
        if (twins.handles.size() >= MAX_IMAGES) {
            delete();
        }
        String name = "import-" + names++;
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
        twins.compareImage(name);
    }

    private ImportResult importChannel(Path file, String name, TransferOptions options) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            return twins.real.images().importChannel(channel, name, options);
        }
    }

    private void export() throws IOException {
        if (twins.handles.isEmpty()) {
            create();
        }
        String name = anyName();
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
                long index = random.nextInt((int) blocks);
                block = TestData.read(image.model(), index * twins.blockSize, twins.blockSize);
            }
        }
        put(block);
    }

    private void put(byte[] block) throws IOException {
        if (twins.held.size() >= MAX_HELD) {
            release();
        }
        boolean mayBeRevived = twins.wasEverDead(block);
        PutResult ofReal = twins.real.blocks().put(buffer(block));
        PutResult ofModel = twins.model.blocks().put(ByteBuffer.wrap(block));
        if (!ofModel.isNew() || !mayBeRevived) {
            assertThat(ofReal.isNew()).isEqualTo(ofModel.isNew());
        }
        twins.held.add(new Held(ofReal.address(), ofModel.address()));
        twins.compareBlock(twins.held.get(twins.held.size() - 1));
    }

    private void release() throws IOException {
        Held block = twins.held.remove(random.nextInt(twins.held.size()));
        twins.compareBlock(block);
        twins.real.blocks().release(block.realAddress());
        twins.model.blocks().release(block.modelAddress());
        assertThat(twins.real.blocks().references(block.realAddress()))
                .isEqualTo(twins.model.blocks().references(block.modelAddress()));
    }

    private void retainOrFind() throws IOException {
        Held block = twins.held.get(random.nextInt(twins.held.size()));
        ByteBuffer content = ByteBuffer.allocate(twins.blockSize);
        twins.model.blocks().get(block.modelAddress(), content);
        ByteBuffer fingerprint = ByteBuffer.wrap(twins.real.blocks().fingerprint(content.flip()));
        assertThat(twins.real.blocks().find(fingerprint)).isEqualTo(OptionalLong.of(block.realAddress()));
        if (twins.held.size() < MAX_HELD) {
            twins.real.blocks().retain(block.realAddress());
            twins.model.blocks().retain(block.modelAddress());
            twins.held.add(block);
        }
        ByteBuffer wrong = ByteBuffer.allocate(twins.blockSize - 1);
        TwinVolume.assertFailAlike(() -> twins.real.blocks().put(wrong), () -> {
            throw new InvalidArgumentException("block", wrong, "a block");
        });
    }

    private void commit() throws IOException {
        twins.real.commit();
        twins.model.commit();
        if (random.nextInt(4) == 0) {
            twins.compareEverything();
        }
    }
}
