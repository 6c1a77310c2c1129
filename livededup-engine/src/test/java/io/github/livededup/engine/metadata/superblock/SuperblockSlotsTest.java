package io.github.livededup.engine.metadata.superblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.NotFoundException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.crashkit.PowerCuts;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.MetadataRoots;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.SuperblockLayout;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.metadata.superblock.SuperblockFile.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two slots looked at one by one, going back to the older one, confirming the one in force, and what an opening that fails leaves. */
class SuperblockSlotsTest {
    private static final VolumeFormat FORMAT =
            new VolumeFormat(new UUID(1, 2), 1_800_000_000_000L, 4096, 1 << 27, FingerprintAlgorithm.SHA_256);
    private static final Superblock FIRST = new Superblock(FORMAT, 1, MetadataRoots.EMPTY, 0, 1, true, 0);
    private static final long SECOND_SLOT = SuperblockLayout.SLOT_DISTANCE_BYTES;

    private final MemoryDirectory memory = new MemoryDirectory();
    private final FaultyDirectory directory = new FaultyDirectory(memory);
    private final Logger log = Logger.getLogger(SuperblockFile.class.getName());

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void everyFileIsClosed() {
        log.setLevel(null);
        assertThat(directory.openFiles()).isZero();
    }

    /** Writes generations 1 to 4, all of them cleanly closed; generation 4 is in slot 0. */
    private void writeFour() throws IOException {
        try (SuperblockFile file = SuperblockFile.create(directory, FIRST)) {
            for (long generation = 2; generation <= 4; generation++) {
                file.write(file.current().next(MetadataRoots.EMPTY, generation * 4096, generation + 7, true));
            }
        }
    }

    private void put(long at, ByteBuffer bytes) throws IOException {
        try (VolumeFile file = directory.open(SuperblockFile.NAME, OpenMode.WRITE)) {
            file.write(bytes, at);
        }
    }

    private ByteBuffer slot(long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SuperblockLayout.SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (VolumeFile file = directory.open(SuperblockFile.NAME, OpenMode.READ)) {
            file.read(bytes, at);
        }
        return bytes.clear();
    }

    @Test
    void bothAreTold() throws IOException {
        writeFour();
        List<Slot> slots = SuperblockFile.slots(directory);
        assertThat(slots).extracting(Slot::number).containsExactly(0, 1);
        assertThat(slots).extracting(Slot::problem).containsOnlyNulls();
        assertThat(slots)
                .extracting(slot ->
                        slot.superblock() == null ? 0 : slot.superblock().generation())
                .containsExactly(4L, 3L);
    }

    @Test
    void whatIsWrongWithEachIsTold() throws IOException {
        writeFour();
        directory.rot(SuperblockFile.NAME, SECOND_SLOT + 2000, 3);
        put(0, ByteBuffer.allocate(8));
        assertThat(SuperblockFile.slots(directory))
                .containsExactly(
                        new Slot(0, null, "it is no superblock"), new Slot(1, null, "its checksum does not hold"));

        // The checksum holds and the content does not.
        directory.delete(SuperblockFile.NAME);
        writeFour();
        ByteBuffer wrong = slot(SECOND_SLOT);
        wrong.putInt(64, 4).putInt(4092, Checksums.crc32c(wrong, 0, 4092));
        put(SECOND_SLOT, wrong);
        List<Slot> slots = SuperblockFile.slots(directory);
        assertThat(slots.get(0).superblock()).isNotNull();
        assertThat(slots.get(1).superblock()).isNull();
        assertThat(slots.get(1).problem()).contains("fingerprint algorithm: actual=4 expected=1..3");

        directory.on(FileOperation.READ).nth(0).then(Fault.error());
        assertThat(SuperblockFile.slots(directory).get(0))
                .isEqualTo(new Slot(0, null, "cannot be read: memory/superblock: input/output error, injected"));
        directory.heal();

        int newer = SuperblockLayout.VERSION + 1;
        wrong.putInt(8, newer).putInt(12, ~newer);
        put(SECOND_SLOT, wrong.clear());
        assertThatThrownBy(() -> SuperblockFile.slots(directory)).isInstanceOf(UnsupportedFormatException.class);
        directory.delete(SuperblockFile.NAME);
        assertThatThrownBy(() -> SuperblockFile.slots(directory)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void theOlderOneComesBackAsIfItWereTheNewest() throws IOException {
        writeFour();
        try (SuperblockFile file = SuperblockFile.openOlder(directory, false)) {
            assertThat(file.wasDamaged()).isTrue();
            Superblock older = file.current();
            // Generation 3 counts as 5, and not as closed: its journal may hold what generation 4 did.
            assertThat(older)
                    .isEqualTo(
                            new Superblock(FORMAT, 5, MetadataRoots.EMPTY, 3 * 4096, 10, false, FIRST.compatFlags()));
            file.write(older.next(MetadataRoots.EMPTY, 4 * 4096, 11, false));
        }
        // It took the place of generation 4, and 3 is still there.
        assertThat(SuperblockFile.slots(directory))
                .extracting(slot ->
                        slot.superblock() == null ? 0 : slot.superblock().generation())
                .containsExactly(6L, 3L);
    }

    @Test
    void ifOneIsDamagedOrBothAreAlikeThereIsNoOlderOne() throws IOException {
        writeFour();
        directory.rot(SuperblockFile.NAME, SECOND_SLOT + 33, 0);
        try (SuperblockFile file = SuperblockFile.openOlder(directory, true)) {
            assertThat(file.current().generation()).isEqualTo(4);
            assertThat(file.wasDamaged()).isTrue();
        }
        directory.delete(SuperblockFile.NAME);
        SuperblockFile.create(directory, FIRST).close();
        try (SuperblockFile file = SuperblockFile.openOlder(directory, true)) {
            assertThat(file.current()).isEqualTo(FIRST);
            assertThat(file.wasDamaged()).isFalse();
        }
        // Intact when it is opened, damaged when its slots are read again.
        directory.delete(SuperblockFile.NAME);
        writeFour();
        directory.on(FileOperation.READ).after(2).then(Fault.bitFlip(0));
        try (SuperblockFile file = SuperblockFile.openOlder(directory, true)) {
            assertThat(file.current().generation()).isEqualTo(4);
        }
        directory.heal();
    }

    /** A sector that the disk cannot read is damage as well. */
    @Test
    void eitherUnreadableSlotCounts() throws IOException {
        writeFour();
        for (int slot = 0; slot < 2; slot++) {
            directory.on(FileOperation.READ).nth(slot).then(Fault.error());
            try (SuperblockFile file = SuperblockFile.open(directory, true)) {
                assertThat(file.wasDamaged()).isTrue();
                assertThat(file.current().generation()).isEqualTo(3 + slot);
            }
            directory.heal();
        }
        directory.on(FileOperation.READ).then(Fault.error());
        assertThatThrownBy(() -> SuperblockFile.open(directory, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("input/output error");
        directory.heal();
    }

    @Test
    void eitherDamagedSlotCounts() throws IOException {
        for (long slot : new long[] {0, SECOND_SLOT}) {
            directory.delete(SuperblockFile.NAME);
            writeFour();
            directory.rot(SuperblockFile.NAME, slot + 100, 5);
            try (SuperblockFile file = SuperblockFile.open(directory, true)) {
                assertThat(file.wasDamaged()).isTrue();
                assertThat(file.current().generation()).isEqualTo(slot == 0 ? 3 : 4);
            }
        }
    }

    @Test
    void openingOrCreatingThatFailsClosesTheFile() throws IOException {
        directory.on(FileOperation.FORCE).nth(0).then(Fault.error());
        assertThatThrownBy(() -> SuperblockFile.create(directory, FIRST)).hasMessageContaining("injected");
        assertThat(directory.openFiles()).isZero();
        directory.heal();
        // It is allocated and written, but both slots are there only with the second write.
        directory.delete(SuperblockFile.NAME);
        directory.on(FileOperation.WRITE).nth(1).then(Fault.error());
        directory.on(FileOperation.CLOSE).nth(0).then(Fault.error());
        assertThatThrownBy(() -> SuperblockFile.create(directory, FIRST))
                .hasMessageContaining("injected")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(directory.openFiles()).isZero();
        directory.heal();
        put(0, ByteBuffer.allocate(SuperblockLayout.SLOT_BYTES));
        assertThatThrownBy(() -> SuperblockFile.open(directory, true)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> SuperblockFile.openOlder(directory, true)).isInstanceOf(NotFoundException.class);
        assertThat(directory.openFiles()).isZero();
    }

    @Test
    void goingBackThatFailsClosesTheFile() throws IOException {
        writeFour();
        directory.on(FileOperation.OPEN).nth(1).then(Fault.error());
        assertThatThrownBy(() -> SuperblockFile.openOlder(directory, true)).hasMessageContaining("injected");
        assertThat(directory.openFiles()).isZero();
    }

    @Test
    void aForceThatFailedIsNotTriedAgain() throws IOException {
        try (SuperblockFile file = SuperblockFile.create(directory, FIRST)) {
            Superblock second = FIRST.next(MetadataRoots.EMPTY, 4096, 1, false);
            directory.on(FileOperation.FORCE).nth(0).then(Fault.error());
            assertThatThrownBy(() -> file.write(second)).isExactlyInstanceOf(IOException.class);
            assertThat(file.current()).isEqualTo(FIRST);
            long forces = directory.count(FileOperation.FORCE);
            assertThatThrownBy(() -> file.write(second))
                    .isInstanceOf(VolumeFailedException.class)
                    .hasRootCauseMessage("memory/superblock: input/output error, injected");
            assertThat(directory.count(FileOperation.FORCE)).isEqualTo(forces);
            assertThat(file.current()).isEqualTo(FIRST);
        }
    }

    /** The generations that a power cut would leave in the slots, if nothing came to the disk that was not forced. */
    private static List<Long> durable(RecordedDirectory recorded) throws IOException {
        PowerCuts cuts = new PowerCuts(recorded);
        cuts.advance(recorded.changes());
        return SuperblockFile.slots(cuts.nothingElse()).stream()
                .map(slot -> slot.superblock() == null ? 0 : slot.superblock().generation())
                .toList();
    }

    @Test
    void whatIsInTheCacheOnlyAfterAFailedForceIsDurableOnceItIsConfirmed() throws IOException {
        writeFour();
        FaultyDirectory disk = new FaultyDirectory(memory.copy());
        RecordedDirectory recorded = new RecordedDirectory(memory, copy -> disk);
        Superblock fifth;
        try (SuperblockFile file = SuperblockFile.open(recorded, false)) {
            fifth = file.current().next(MetadataRoots.EMPTY, 5 * 4096, 11, false);
            disk.on(FileOperation.FORCE).nth(0).then(Fault.error());
            assertThatThrownBy(() -> file.write(fifth)).hasMessageContaining("injected");
        }
        try (SuperblockFile file = SuperblockFile.open(recorded, false)) {
            assertThat(file.current()).isEqualTo(fifth);
            assertThat(durable(recorded)).containsExactly(4L, 3L);
            file.confirm();
            assertThat(durable(recorded)).containsExactly(4L, 5L);
            file.write(fifth.next(MetadataRoots.EMPTY, 6 * 4096, 12, false));
            assertThat(durable(recorded)).containsExactly(6L, 5L);
        }
    }

    @Test
    void confirmingWritesTheSlotInForceAsItIs() throws IOException {
        writeFour();
        // What a later library may note there stays.
        ByteBuffer extended = slot(0);
        extended.putLong(1000, 7).putInt(4092, Checksums.crc32c(extended, 0, 4092));
        put(0, extended);
        for (boolean older : new boolean[] {false, true}) {
            List<ByteBuffer> before = List.of(slot(0), slot(SECOND_SLOT));
            long writes = directory.count(FileOperation.WRITE);
            long forces = directory.count(FileOperation.FORCE);
            try (SuperblockFile file =
                    older ? SuperblockFile.openOlder(directory, false) : SuperblockFile.open(directory, false)) {
                file.confirm();
            }
            assertThat(List.of(slot(0), slot(SECOND_SLOT))).isEqualTo(before);
            assertThat(directory.count(FileOperation.WRITE) - writes).isEqualTo(older ? 0 : 1);
            assertThat(directory.count(FileOperation.FORCE) - forces).isEqualTo(1);
        }
    }

    @Test
    void nothingIsWrittenAfterConfirmingFailed() throws IOException {
        writeFour();
        try (SuperblockFile file = SuperblockFile.open(directory, false)) {
            directory.on(FileOperation.FORCE).nth(0).then(Fault.error());
            assertThatThrownBy(file::confirm).isExactlyInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.write(file.current().next(MetadataRoots.EMPTY, 5 * 4096, 11, false)))
                    .isInstanceOf(VolumeFailedException.class)
                    .hasRootCauseMessage("memory/superblock: input/output error, injected");
        }
    }
}
