package io.github.livededup.engine.metadata.superblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.NotFoundException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.MetadataRoots;
import io.github.livededup.engine.format.MetadataRoots.TreeRoot;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.SuperblockLayout;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuperblockFileTest {
    private static final VolumeFormat FORMAT =
            new VolumeFormat(new UUID(1, 2), 1_800_000_000_000L, 4096, 1 << 27, FingerprintAlgorithm.XXH3_128);
    private static final Superblock FIRST = new Superblock(FORMAT, 1, MetadataRoots.EMPTY, 0, 1, false, 0);
    private static final long SECOND_SLOT = SuperblockLayout.SLOT_DISTANCE_BYTES;

    private final MemoryDirectory directory = new MemoryDirectory();
    private final Logger log = Logger.getLogger(SuperblockFile.class.getName());

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        log.setLevel(null);
    }

    private static Superblock next(Superblock before) {
        long n = before.generation();
        return before.next(
                new MetadataRoots(
                        new TreeRoot(n << 24 | 1, 3), new TreeRoot(n, 7), new TreeRoot(n + 2, 1), n, n * 2, n * 3),
                n * 4096,
                n + 7,
                n % 2 == 0);
    }

    private Superblock writeGenerations(int count) throws IOException {
        Superblock superblock = FIRST;
        try (SuperblockFile file = SuperblockFile.create(directory, FIRST)) {
            while (superblock.generation() < count) {
                superblock = next(superblock);
                file.write(superblock);
                assertThat(file.current()).isEqualTo(superblock);
            }
        }
        return superblock;
    }

    private Superblock read() throws IOException {
        try (SuperblockFile file = SuperblockFile.open(directory, true)) {
            return file.current();
        }
    }

    @Test
    void theNewestGenerationIsRead() throws IOException {
        for (int count = 1; count < 6; count++) {
            directory.delete("superblock");
            Superblock last = writeGenerations(count);
            assertThat(read()).isEqualTo(last);
            try (SuperblockFile file = SuperblockFile.open(directory, true)) {
                assertThat(file.wasDamaged()).isFalse();
            }
        }
    }

    @Test
    void allFingerprintsAreRecorded() throws IOException {
        for (FingerprintAlgorithm algorithm : FingerprintAlgorithm.values()) {
            directory.delete("superblock");
            VolumeFormat format = new VolumeFormat(new UUID(-1, -2), 0, 65536, 1 << 20, algorithm);
            Superblock first = new Superblock(format, 1, MetadataRoots.EMPTY, 4096, 9, true, -1);
            SuperblockFile.create(directory, first).close();
            assertThat(read()).isEqualTo(first);
        }
    }

    @Test
    void oneFlippedBitFallsBackToTheOtherSlot() throws IOException {
        Superblock last = writeGenerations(4);
        MemoryDirectory intact = directory.copy();
        for (int at = 0; at < SuperblockLayout.SLOT_BYTES; at++) {
            for (long slot : new long[] {0, SECOND_SLOT}) {
                restore(intact);
                flip(slot + at, at % 8);
                try (SuperblockFile file = SuperblockFile.open(directory, false)) {
                    assertThat(file.wasDamaged()).isTrue();
                    // Generation 4 is in slot 0.
                    assertThat(file.current().generation()).isEqualTo(slot == 0 ? 3 : 4);
                    file.write(next(file.current()));
                }
                // The next one was written over the damaged or the older, never over the one in force.
                assertThat(read().generation()).isEqualTo(slot == 0 ? 4 : 5);
            }
        }
        assertThat(last.generation()).isEqualTo(4);
    }

    @Test
    void aTornWriteLeavesTheFormerSuperblockInForce() throws IOException {
        writeGenerations(3);
        MemoryDirectory before = directory.copy();
        try (SuperblockFile file = SuperblockFile.open(directory, false)) {
            file.write(next(file.current()));
        }
        ByteBuffer written = ByteBuffer.allocate(SuperblockLayout.SLOT_BYTES);
        read(written, 0);
        for (int survived = 0; survived < 1 << 8; survived++) {
            restore(before);
            for (int sector = 0; sector < 8; sector++) {
                if ((survived & 1 << sector) != 0) {
                    write(written.clear().position(sector * 512).limit(sector * 512 + 512), sector * 512L);
                }
            }
            assertThat(read().generation()).isBetween(3L, 4L);
        }
    }

    @Test
    void whatIsNoVolumeIsNotFound() throws IOException {
        assertThatThrownBy(this::read).isInstanceOf(NotFoundException.class);
        VolumeFile file = directory.open("superblock", OpenMode.CREATE);
        assertThatThrownBy(this::read).isInstanceOf(NotFoundException.class);
        file.write(ByteBuffer.wrap("a text".getBytes(StandardCharsets.UTF_8)), 0);
        assertThatThrownBy(this::read).isInstanceOf(NotFoundException.class);
        file.resize(SuperblockLayout.FILE_BYTES);
        assertThatThrownBy(this::read).isInstanceOf(NotFoundException.class);
    }

    @Test
    void twoDamagedSlotsAndCutFiles() throws IOException {
        writeGenerations(2);
        try (VolumeFile file = directory.open("superblock", OpenMode.WRITE)) {
            file.resize(SECOND_SLOT);
            assertThat(read().generation()).isEqualTo(2);
            file.resize(4000);
            assertThatThrownBy(this::read).isInstanceOf(CorruptionException.class);
            file.resize(10);
            assertThatThrownBy(this::read).isInstanceOf(CorruptionException.class);
            file.resize(7);
            assertThatThrownBy(this::read).isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void newerAndOlderFormatsAreSaidToBeSo() throws IOException {
        writeGenerations(2);
        MemoryDirectory intact = directory.copy();
        for (long slot : new long[] {0, SECOND_SLOT}) {
            restore(intact);
            // Whatever a later version holds behind the first 16 bytes.
            writeInts(slot + 8, SuperblockLayout.VERSION + 1, ~(SuperblockLayout.VERSION + 1));
            assertThatThrownBy(this::read)
                    .isInstanceOfSatisfying(
                            UnsupportedFormatException.class,
                            e -> assertThat(e.isTooNew()).isTrue());
            writeInts(slot + 8, SuperblockLayout.OLDEST_VERSION - 1, ~(SuperblockLayout.OLDEST_VERSION - 1));
            assertThatThrownBy(this::read)
                    .isInstanceOfSatisfying(
                            UnsupportedFormatException.class,
                            e -> assertThat(e.isTooNew()).isFalse());
        }
        restore(intact);
        ByteBuffer slot = ByteBuffer.allocate(SuperblockLayout.SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        read(slot, 0);
        slot.putInt(52, 1).putInt(4092, Checksums.crc32c(slot, 0, 4092));
        write(slot.clear(), 0);
        assertThatThrownBy(this::read).isInstanceOf(UnsupportedFormatException.class);
        slot.putInt(52, 0).putInt(64, 4).putInt(4092, Checksums.crc32c(slot, 0, 4092));
        write(slot.clear(), 0);
        assertThatThrownBy(this::read).isInstanceOf(CorruptionException.class).hasMessageContaining("fingerprint");
    }

    @Test
    void misuseIsRefused() throws IOException {
        writeGenerations(1);
        assertThatThrownBy(() -> SuperblockFile.create(directory, FIRST))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> SuperblockFile.create(directory, next(FIRST)));
        try (SuperblockFile file = SuperblockFile.open(directory, false)) {
            assertThatIllegalArgumentException().isThrownBy(() -> file.write(FIRST));
            assertThatIllegalArgumentException().isThrownBy(() -> file.write(next(next(FIRST))));
        }
    }

    @Test
    void theBytesAreAsTheFormatSays() throws IOException {
        Superblock last = writeGenerations(2);
        ByteBuffer slot = ByteBuffer.allocate(SuperblockLayout.SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        read(slot, 0);
        byte[] magic = new byte[8];
        slot.get(0, magic);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("LDEDUPSB");
        assertThat(slot.getInt(8)).isEqualTo(2);
        assertThat(slot.getLong(16)).isEqualTo(1);
        assertThat(slot.getLong(24)).isEqualTo(2);
        assertThat(slot.getLong(32)).isEqualTo(2);
        assertThat(slot.getLong(40)).isEqualTo(FORMAT.createdMillis());
        assertThat(slot.getInt(56)).isEqualTo(4096);
        assertThat(slot.getInt(60)).isEqualTo(1 << 27);
        assertThat(slot.getInt(64)).isEqualTo(3);
        assertThat(slot.getLong(72)).isEqualTo(4096);
        assertThat(slot.getLong(80)).isEqualTo(3);
        assertThat(slot.getLong(88)).isEqualTo(8);
        assertThat(slot.getLong(96)).isEqualTo(1 << 24 | 1);
        assertThat(slot.get(104)).isEqualTo((byte) 3);
        assertThat(slot.getLong(112)).isEqualTo(1);
        assertThat(slot.getLong(128)).isEqualTo(3);
        assertThat(slot.getLong(144)).isEqualTo(1);
        assertThat(slot.getLong(152)).isEqualTo(2);
        assertThat(last.roots().groups().height()).isEqualTo(7);
    }

    private void restore(MemoryDirectory from) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(SuperblockLayout.FILE_BYTES);
        try (VolumeFile file = from.open("superblock", OpenMode.READ)) {
            file.read(all, 0);
        }
        write(all.flip(), 0);
    }

    private void flip(long at, int bit) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        read(one, at);
        write(one.put(0, (byte) (one.get(0) ^ 1 << bit)).clear(), at);
    }

    private void writeInts(long at, int first, int second) throws IOException {
        write(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(first)
                        .putInt(second)
                        .flip(),
                at);
    }

    private void read(ByteBuffer into, long at) throws IOException {
        try (VolumeFile file = directory.open("superblock", OpenMode.READ)) {
            file.read(into, at);
        }
    }

    private void write(ByteBuffer from, long at) throws IOException {
        try (VolumeFile file = directory.open("superblock", OpenMode.WRITE)) {
            file.write(from, at);
        }
    }
}
