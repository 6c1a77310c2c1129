package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Durability;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStatistics;
import io.github.livededup.PutResult;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.crashkit.model.ModelContent;
import io.github.livededup.engine.crashkit.model.ModelProvider;
import io.github.livededup.engine.crashkit.model.ModelVolume;
import io.github.livededup.engine.crashkit.model.ObservedVolume;
import io.github.livededup.engine.crashkit.model.VolumeHistory;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A volume of the engine and one of the model that hold the same. */
final class TwinVolume implements Closeable {
    /** One block of both, held by references of ours. */
    record Held(long realAddress, long modelAddress) {}

    /** Handles of one image in both. */
    record Handles(Image real, Image model) {}

    private static final long MAX_ARRAY_BYTES = 256L << 20;
    private static final long SMALL_VOLUME_BYTES = 64L << 20;

    final Path temporary;
    final int blockSize;
    final List<Held> held = new ArrayList<>();
    final TreeMap<String, Handles> handles = new TreeMap<>();
    Volume real;
    Volume model;
    /** Whether the engine may have dead blocks of which the model knows nothing: of what was refused, or did not survive. */
    boolean hasUnknownBlocks;

    private final Configuration configuration;
    private final Configuration modelConfiguration;
    private final Path modelDirectory;
    private Path directory;
    private int crashes;
    /** Is told of every step, if there is one. */
    @Nullable
    VolumeHistory history;

    TwinVolume(Configuration configuration, Path temporary) throws IOException {
        this.configuration = configuration;
        this.temporary = temporary;
        blockSize = configuration.blockSizeBytes();
        directory = temporary.resolve("volume");
        VolumeOptions modelOptions =
                VolumeOptions.builder().blockSizeBytes(blockSize).build();
        modelConfiguration = new Configuration("model", new ModelProvider(), modelOptions);
        real = configuration.create(directory);
        modelDirectory = directory;
        model = modelConfiguration.create(modelDirectory);
    }

    void reopen() throws IOException {
        handles.clear();
        close();
        real = configuration.open(directory);
        model = modelConfiguration.open(modelDirectory);
        openAll();
        did(Effect.COMMITTED, null);
    }

    /** Opens the volume anew; all changes of its files from then on are recorded, and its history begins. */
    RecordedDirectory record() throws IOException {
        handles.clear();
        close();
        RecordedDirectory recorded = ((MemoryProvider) configuration.provider()).record(directory);
        history = new VolumeHistory(blockSize, recorded::changes);
        // What is there before the first change.
        model = modelConfiguration.open(modelDirectory);
        did(Effect.COMMITTED, null);
        real = configuration.open(directory);
        openAll();
        did(Effect.COMMITTED, null);
        return recorded;
    }

    private void openAll() throws IOException {
        handles.clear();
        for (ImageInfo info : model.images().list()) {
            open(info.name());
        }
    }

    /** A step is done in both. */
    void did(Effect effect, @Nullable String imageName) throws IOException {
        if (history != null) {
            boolean isDurable = configuration.options().durability() == Durability.EVERY_CALL;
            Map<Long, Long> references = new HashMap<>();
            held.forEach(block -> references.merge(block.realAddress(), 1L, Long::sum));
            history.add(((ModelVolume) model).content, references, isDurable ? Effect.COMMITTED : effect, imageName);
        }
    }

    /**
     * Goes on with a copy of the files, as the death of the process would leave them, and with the model in the state in
     * which it was found.
     */
    void crash() throws IOException {
        VolumeHistory past = Objects.requireNonNull(history);
        Path copy = temporary.resolve("crash-" + crashes++);
        copyFiles(copy);
        real.close();
        deleteFiles(directory);
        directory = copy;
        real = configuration.open(directory);
        verify(VerifyLevel.METADATA);
        int last = past.size() - 1;
        int durable = past.durable(last);
        ObservedVolume observed = new ObservedVolume(real, past.addresses(0, last));
        observed.assertNothingLeaked();
        hasUnknownBlocks = true;
        restore(past, past.explain(observed, durable, last), observed);
        openAll();
        compareEverything();
    }

    /** Puts the model into the state that a crash left. */
    private void restore(VolumeHistory past, VolumeHistory.Outcome outcome, ObservedVolume observed)
            throws IOException {
        Map<Long, Long> references = past.references(outcome);
        past.restoreImages(outcome, ((ModelVolume) model).content);
        for (Held block : List.copyOf(held)) {
            model.blocks().release(block.modelAddress());
        }
        held.clear();
        for (Map.Entry<Long, Long> entry : references.entrySet()) {
            byte[] bytes = observed.contents.get(entry.getKey());
            for (long i = 0; i < entry.getValue(); i++) {
                PutResult put = model.blocks().put(ByteBuffer.wrap(bytes));
                held.add(new Held(entry.getKey(), put.address()));
            }
        }
        did(Effect.COMMITTED, null);
    }

    private void copyFiles(Path to) throws IOException {
        if (configuration.provider() instanceof MemoryProvider memory) {
            memory.copy(directory, to);
        } else {
            FileTree.copy(directory, to);
        }
    }

    private void deleteFiles(Path path) throws IOException {
        if (configuration.provider() instanceof MemoryProvider memory) {
            memory.delete(path);
        } else {
            FileTree.delete(path);
        }
    }

    void open(String name) throws IOException {
        handles.put(name, new Handles(real.images().open(name), model.images().open(name)));
    }

    /** What the model stores, to tell new blocks from revived ones. */
    boolean wasEverDead(byte[] block) {
        return ((ModelVolume) model).content.dead.contains(ModelContent.digest(block));
    }

    /** Does a thing that must fail in both, in the same way. */
    static void assertFailAlike(ThrowingCallable ofReal, ThrowingCallable ofModel) {
        Throwable byReal = catchThrowable(ofReal);
        Throwable byModel = catchThrowable(ofModel);
        assertThat(byModel).isNotNull();
        assertThat(byReal).isNotNull().hasSameClassAs(byModel);
    }

    private static Throwable catchThrowable(ThrowingCallable callable) {
        return org.assertj.core.api.Assertions.catchThrowable(callable);
    }

    void compareImage(String name) throws IOException {
        Handles both = handles.get(name);
        long size = both.model().sizeBytes();
        assertThat(both.real().sizeBytes()).as("size of %s", name).isEqualTo(size);
        assertThat(both.real().extents(0, size))
                .as("extents of %s", name)
                .isEqualTo(both.model().extents(0, size));
        for (Extent extent : isHuge(name) ? both.model().extents(0, size) : List.of(new Extent(0, size, true))) {
            if (extent.isData()) {
                int length = Math.toIntExact(extent.lengthBytes());
                assertThat(TestData.read(both.real(), extent.positionBytes(), length))
                        .as("content of %s at %d", name, extent.positionBytes())
                        .isEqualTo(TestData.read(both.model(), extent.positionBytes(), length));
            }
        }
    }

    /** Whether an image is so large that only its data can be read. */
    boolean isHuge(String name) throws IOException {
        return handles.get(name).model().sizeBytes() > MAX_ARRAY_BYTES;
    }

    /** Whether the volume is so small that it may get full. */
    boolean mayBeFull() {
        return configuration.options().maxPhysicalBytes().orElse(Long.MAX_VALUE) <= SMALL_VOLUME_BYTES;
    }

    boolean storesRaw() {
        return configuration.storesRaw();
    }

    /** After a write that was cut short: each block is as it was or as it was to be, and the model takes it over. */
    void takeOver(String name, long position, byte[] written) throws IOException {
        Handles both = handles.get(name);
        int done = 0;
        while (done < written.length) {
            int part = Math.min(written.length - done, blockSize - (int) ((position + done) % blockSize));
            byte[] ofReal = TestData.read(both.real(), position + done, part);
            if (Arrays.equals(ofReal, 0, part, written, done, done + part)) {
                both.model().write(ByteBuffer.wrap(written, done, part), position + done);
            } else {
                assertThat(ofReal)
                        .as("%s at %d, after a refused write", name, position + done)
                        .isEqualTo(TestData.read(both.model(), position + done, part));
            }
            done += part;
        }
    }

    /** The figures that are cheap to have; after every step. */
    void compareFigures() throws IOException {
        VolumeStatistics ofReal = real.statistics();
        VolumeStatistics ofModel = model.statistics();
        assertThat(ofReal.images()).as("images").isEqualTo(ofModel.images());
        assertThat(ofReal.logicalBytes()).as("logical bytes").isEqualTo(ofModel.logicalBytes());
        assertThat(ofReal.nonZeroBytes()).as("non-zero bytes").isEqualTo(ofModel.nonZeroBytes());
        assertThat(ofReal.uniqueBlocks()).as("unique blocks").isEqualTo(ofModel.uniqueBlocks());
        if (configuration.storesRaw()) {
            assertThat(ofReal.storedBytes()).as("stored bytes").isEqualTo(ofModel.storedBytes());
        }
    }

    /**
     * Opens a copy of the volume's files as a crash at this moment would leave them.
     *
     * @param isCommitted whether all that was done is committed, and must be there
     */
    void examineCrash(Path copy, boolean isCommitted) throws IOException {
        copyFiles(copy);
        Volume before = real;
        TreeMap<String, Handles> handlesBefore = new TreeMap<>(handles);
        real = configuration.open(copy);
        try {
            verify(VerifyLevel.FINGERPRINTS);
            if (isCommitted) {
                for (String name : handlesBefore.keySet()) {
                    open(name);
                }
                compareEverything();
            }
        } finally {
            real.close();
            real = before;
            handles.clear();
            handles.putAll(handlesBefore);
            deleteFiles(copy);
        }
    }

    void compareEverything() throws IOException {
        compareFigures();
        List<ImageInfo> ofReal = real.images().list();
        List<ImageInfo> ofModel = model.images().list();
        assertThat(ofReal)
                .extracting(ImageInfo::name)
                .isEqualTo(ofModel.stream().map(ImageInfo::name).toList());
        for (int i = 0; i < ofReal.size(); i++) {
            String name = ofReal.get(i).name();
            assertThat(ofReal.get(i).mappedBlocks()).isEqualTo(ofModel.get(i).mappedBlocks());
            compareImage(name);
            ImageStatistics statistics = real.images().statistics(name);
            ImageStatistics expected = model.images().statistics(name);
            assertThat(statistics.distinctBlocks()).as("distinct of %s", name).isEqualTo(expected.distinctBlocks());
            assertThat(statistics.dataExtents()).as("data extents of %s", name).isEqualTo(expected.dataExtents());
            if (configuration.storesRaw()) {
                assertThat(statistics.exclusiveBytes()).isEqualTo(expected.exclusiveBytes());
            }
        }
        for (Held block : held) {
            compareBlock(block);
        }
    }

    void compareBlock(Held block) throws IOException {
        ByteBuffer ofReal = ByteBuffer.allocateDirect(blockSize);
        ByteBuffer ofModel = ByteBuffer.allocate(blockSize);
        real.blocks().get(block.realAddress(), ofReal);
        model.blocks().get(block.modelAddress(), ofModel);
        assertThat(ofReal.flip()).as("block %x", block.realAddress()).isEqualTo(ofModel.flip());
        assertThat(real.blocks().references(block.realAddress()))
                .as("references of %x", block.realAddress())
                .isEqualTo(model.blocks().references(block.modelAddress()));
    }

    void verify(VerifyLevel level) throws IOException {
        assertThat(real.verify(VerifyOptions.of(level)).problems()).isEmpty();
    }

    @Override
    public void close() throws IOException {
        model.close();
        real.close();
    }
}
