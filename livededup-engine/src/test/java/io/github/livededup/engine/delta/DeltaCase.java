package io.github.livededup.engine.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.DeltaOptions;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of delta streams share: volumes, which are verified and closed at the end. */
abstract class DeltaCase {
    static final int BLOCK = 4096;

    @TempDir
    Path temporary;

    private final List<Volume> volumes = new ArrayList<>();

    /** Small groups and a small journal. */
    static VolumeOptions.Builder small() {
        return VolumeOptions.builder().groupSizeBytes(1 << 20).maxPhysicalBytes(256 << 20);
    }

    Volume create(VolumeOptions.Builder options) throws IOException {
        Volume volume = LiveDedup.create(temporary.resolve("volume-" + volumes.size()), options.build());
        volumes.add(volume);
        return volume;
    }

    @AfterEach
    void verifyAndClose() throws IOException {
        for (Volume volume : volumes) {
            if (volume.isOpen()) {
                assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS))
                                .problems())
                        .isEmpty();
            }
            volume.close();
        }
    }

    static void createImage(Volume volume, String name, byte[] bytes) throws IOException {
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    static void write(Volume volume, String name, long positionBytes, byte[] bytes) throws IOException {
        try (Image image = volume.images().open(name)) {
            image.write(ByteBuffer.wrap(bytes), positionBytes);
        }
    }

    static byte[] read(Volume volume, String name) throws IOException {
        try (Image image = volume.images().openReadOnly(name)) {
            return TestData.readAll(image);
        }
    }

    static byte[] send(Volume volume, @Nullable String base, String name, DeltaOptions options) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        volume.images().exportDelta(base, name, Channels.newChannel(bytes), options);
        return bytes.toByteArray();
    }

    static byte[] send(Volume volume, @Nullable String base, String name) throws IOException {
        return send(volume, base, name, DeltaOptions.defaults());
    }

    static void receive(Volume volume, @Nullable String base, String name, byte[] stream) throws IOException {
        volume.images()
                .importDelta(
                        base, name, Channels.newChannel(new ByteArrayInputStream(stream)), TransferOptions.defaults());
    }

    static List<String> names(Volume volume) throws IOException {
        return volume.images().list().stream().map(ImageInfo::name).toList();
    }
}
