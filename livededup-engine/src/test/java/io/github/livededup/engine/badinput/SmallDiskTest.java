package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedup;
import io.github.livededup.LiveDedupException;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.SmallDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A disk that is really full: a file system in memory, which only root can mount. */
@Tag("root")
class SmallDiskTest extends EngineCase {
    private static final int DISK_MIB = 48;
    /** The limit makes the journal small, and is far more than the disk has. */
    private static final VolumeOptions SMALL =
            OPTIONS.toBuilder().maxPhysicalBytes(64L << 20).build();

    private SmallDisk mounted;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        mounted = SmallDisk.mount(temporary.resolve("disk"), DISK_MIB);
        disk = mounted.root();
        directory = disk.resolve("volume");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            mounted.close();
        }
    }

    /** Takes all but some of the free space. */
    private Path takeAllBut(long freeBytes) throws IOException {
        long free = Files.getFileStore(disk).getUsableSpace();
        return Files.write(disk.resolve("filler"), new byte[(int) (free - freeBytes)]);
    }

    @Test
    void aFullDiskRefusesAndGoesOnWhenThereIsRoomAgain() throws IOException {
        byte[] first = TestData.random(100 * BLOCK, 1);
        byte[] large = TestData.random(2_500 * BLOCK, 2);
        try (Volume volume = LiveDedup.create(directory, SMALL)) {
            createImage(volume, "first", first);
            volume.commit();
            Path filler = takeAllBut(2 << 20);
            Path source = Files.write(temporary.resolve("source"), large);
            assertThatThrownBy(() -> volume.images().importFile(source, "large", TransferOptions.defaults()))
                    .isInstanceOf(VolumeFullException.class);
            assertThat(names(volume)).containsExactly("first");
            assertThat(readImage(volume, "first")).isEqualTo(first);
            assertClean(volume);
            Files.delete(filler);
            volume.images().importFile(source, "large", TransferOptions.defaults());
            assertThat(readImage(volume, "large")).isEqualTo(large);
            assertUsable(volume);
        }
        try (Volume volume = LiveDedup.open(directory, SMALL)) {
            assertThat(readImage(volume, "first")).isEqualTo(first);
            assertThat(readImage(volume, "large")).isEqualTo(large);
        }
    }

    @Test
    void whatWasCommittedBeforeTheDiskWasFullStays() throws IOException {
        byte[] first = TestData.random(100 * BLOCK, 1);
        Volume volume = LiveDedup.create(directory, SMALL);
        createImage(volume, "first", first);
        volume.commit();
        Path filler = takeAllBut(0);
        int refusals = 0;
        for (int i = 0; i < 5_000 && refusals < 20; i++) {
            try {
                volume.blocks().put(ByteBuffer.wrap(TestData.random(BLOCK, 1_000 + i)));
                if (i % 10 == 0) {
                    volume.commit();
                }
            } catch (IOException e) {
                assertThat(e).isInstanceOf(LiveDedupException.class);
                refusals++;
            }
        }
        assertThat(refusals).isEqualTo(20);
        assertThat(readImage(volume, "first")).isEqualTo(first);
        try {
            volume.close();
        } catch (IOException e) {
            assertThat(e).isInstanceOf(LiveDedupException.class);
        }
        Files.delete(filler);
        try (Volume again = LiveDedup.open(directory, SMALL)) {
            assertThat(readImage(again, "first")).isEqualTo(first);
            assertUsable(again);
        }
    }

    @Test
    void noVolumeIsCreatedWithoutRoom() throws IOException {
        Path filler = takeAllBut(1 << 20);
        assertThatThrownBy(() -> LiveDedup.create(directory, SMALL)).isInstanceOf(VolumeFullException.class);
        assertThat(directory).doesNotExist();
        Files.delete(filler);
        try (Volume volume = LiveDedup.create(directory, SMALL)) {
            assertUsable(volume);
        }
    }

    @Test
    void anExportThatDoesNotFitLeavesNothing() throws IOException {
        byte[] bytes = TestData.random(1_000 * BLOCK, 1);
        directory = temporary.resolve("elsewhere");
        try (Volume volume = create()) {
            createImage(volume, "a", bytes);
            Path filler = takeAllBut(1 << 20);
            Path target = disk.resolve("target");
            assertThatThrownBy(() -> volume.images().exportFile("a", target, TransferOptions.defaults()))
                    .isInstanceOf(IOException.class);
            assertThat(disk.toFile().list()).containsExactly("filler");
            Files.delete(filler);
            volume.images().exportFile("a", target, TransferOptions.defaults());
            assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
        }
    }
}
