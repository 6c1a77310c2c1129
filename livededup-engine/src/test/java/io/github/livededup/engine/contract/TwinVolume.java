package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStatistics;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A volume of the engine and one of the model that hold the same. */
final class TwinVolume implements Closeable {
    /** One block of both, held by references of ours. */
    record Held(long realAddress, long modelAddress) {}

    /** Handles of one image in both. */
    record Handles(Image real, Image model) {}

    final Path temporary;
    final int blockSize;
    final List<Held> held = new ArrayList<>();
    final TreeMap<String, Handles> handles = new TreeMap<>();
    Volume real;
    Volume model;
    private final Configuration configuration;
    private final Configuration modelConfiguration;
    private final Path directory;

    TwinVolume(Configuration configuration, Path temporary) throws IOException {
        this.configuration = configuration;
        this.temporary = temporary;
        blockSize = configuration.blockSizeBytes();
        directory = temporary.resolve("volume");
        VolumeOptions modelOptions =
                VolumeOptions.builder().blockSizeBytes(blockSize).build();
        modelConfiguration = new Configuration("model", new ModelProvider(), modelOptions);
        real = configuration.create(directory);
        model = modelConfiguration.create(directory);
    }

    void reopen() throws IOException {
        List<String> names = List.copyOf(handles.keySet());
        handles.clear();
        close();
        real = configuration.open(directory);
        model = modelConfiguration.open(directory);
        for (String name : names) {
            open(name);
        }
    }

    void open(String name) throws IOException {
        handles.put(name, new Handles(real.images().open(name), model.images().open(name)));
    }

    /** What the model stores, to tell new blocks from revived ones. */
    boolean wasEverDead(byte[] block) {
        return ((ModelVolume) model).content.dead.contains(ByteBuffer.wrap(block));
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
        assertThat(TestData.readAll(both.real())).as("content of %s", name).isEqualTo(TestData.readAll(both.model()));
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
        FileTree.copy(directory, copy);
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
            FileTree.delete(copy);
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
