package io.github.livededup.engine.crashkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was forced is always there; of the rest each change by itself, also a later one without an earlier one. */
class PowerCutsTest {
    private static final int PAGE = 4096;

    private RecordedDirectory recorded = new RecordedDirectory();

    private static void write(VolumeFile file, int page, int value) throws IOException {
        byte[] bytes = new byte[PAGE];
        Arrays.fill(bytes, (byte) value);
        file.write(ByteBuffer.wrap(bytes), (long) page * PAGE);
    }

    private static int page(MemoryDirectory state, String name, int page) throws IOException {
        byte[] bytes = bytes(state, name, page);
        for (byte b : bytes) {
            assertThat(b).isEqualTo(bytes[0]);
        }
        return bytes[0];
    }

    private static byte[] bytes(MemoryDirectory state, String name, int page) throws IOException {
        try (VolumeFile file = state.open(name, OpenMode.READ)) {
            byte[] bytes = new byte[PAGE];
            if (file.sizeBytes() >= (page + 1L) * PAGE) {
                file.read(ByteBuffer.wrap(bytes), (long) page * PAGE);
            }
            return bytes;
        }
    }

    private PowerCuts atEnd() throws IOException {
        PowerCuts cuts = new PowerCuts(recorded);
        cuts.advance(recorded.changes());
        return cuts;
    }

    @Test
    void allSubsetsOfWhatWasNotForcedAreDistinct() throws IOException {
        try (VolumeFile a = recorded.open("a", OpenMode.CREATE);
                VolumeFile b = recorded.open("b", OpenMode.CREATE)) {
            write(a, 0, 1);
            a.force();
            b.force();
            write(a, 1, 2);
            write(b, 0, 3);
            write(a, 0, 4);
            write(a, 1, 5);
        }
        PowerCuts cuts = atEnd();
        assertThat(cuts.pending()).isEqualTo(4);
        Set<Long> digests = new HashSet<>();
        for (int subset = 0; subset < 16; subset++) {
            BitSet kept = BitSet.valueOf(new long[] {subset});
            MemoryDirectory state = cuts.keeping(kept);
            digests.add(state.digest());
            assertThat(page(state, "a", 1)).isEqualTo(kept.get(3) ? 5 : kept.get(0) ? 2 : 0);
            assertThat(page(state, "b", 0)).isEqualTo(kept.get(1) ? 3 : 0);
            assertThat(page(state, "a", 0)).isEqualTo(kept.get(2) ? 4 : 1);
        }
        // Twice the older of two writes is hidden by the newer one: 2 * 2 * 3.
        assertThat(digests).hasSize(12);
        assertThat(cuts.everything().digest()).isIn(digests);
        assertThat(cuts.nothingElse().digest()).isIn(digests);
    }

    @Test
    void aMixedPageHasSectorsOfEachAge() throws IOException {
        try (VolumeFile a = recorded.open("a", OpenMode.CREATE)) {
            write(a, 0, 1);
            a.force();
            write(a, 0, 2);
            write(a, 0, 3);
        }
        PowerCuts cuts = atEnd();
        Set<Byte> seen = new HashSet<>();
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = bytes(cuts.mixed(random), "a", 0);
            for (int at = 0; at < PAGE; at++) {
                assertThat(bytes[at]).isEqualTo(bytes[at / 512 * 512]);
                seen.add(bytes[at]);
            }
        }
        assertThat(seen).containsExactlyInAnyOrder((byte) 1, (byte) 2, (byte) 3);
    }

    @Test
    void aForceOfAFileDoesNotForceItsDeletionNorAnotherFile() throws IOException {
        try (VolumeFile a = recorded.open("a", OpenMode.CREATE);
                VolumeFile b = recorded.open("b", OpenMode.CREATE)) {
            write(a, 0, 1);
            write(b, 0, 2);
            a.force();
            assertThat(atEnd().nothingElse().list("")).containsExactly("a");
            recorded.delete("a");
            b.force();
            assertThat(atEnd().nothingElse().list("")).containsExactly("a", "b");
            assertThat(atEnd().everything().list("")).containsExactly("b");
            recorded.force("");
            assertThat(atEnd().nothingElse().list("")).containsExactly("b");
        }
    }

    @Test
    void whatAFailedForceDroppedIsNotMadeDurableByTheNext() throws IOException {
        FaultyDirectory[] disk = new FaultyDirectory[1];
        recorded = new RecordedDirectory(new MemoryDirectory(), memory -> disk[0] = new FaultyDirectory(memory));
        try (VolumeFile a = recorded.open("a", OpenMode.CREATE)) {
            write(a, 0, 1);
            write(a, 1, 1);
            a.force();
            write(a, 0, 2);
            write(a, 1, 2);
            disk[0].on(FileOperation.FORCE).times(1).then(Fault.error());
            assertThatThrownBy(a::force).isInstanceOf(IOException.class);
            a.force();
            PowerCuts cuts = atEnd();
            assertThat(cuts.pending()).isEqualTo(2);
            assertThat(page(cuts.nothingElse(), "a", 0)).isEqualTo(1);
            assertThat(page(cuts.everything(), "a", 0)).isEqualTo(2);
            write(a, 1, 3);
            a.force();
            cuts = atEnd();
            assertThat(cuts.pending()).isEqualTo(1);
            assertThat(page(cuts.nothingElse(), "a", 1)).isEqualTo(3);
            assertThat(page(cuts.only(0), "a", 0)).isEqualTo(2);
        }
    }

    @Test
    void aDigestTellsNamesSizesBytesAndRoomApart() throws IOException {
        MemoryDirectory one = new MemoryDirectory();
        Set<Long> digests = new HashSet<>();
        digests.add(one.digest());
        one.createFolder("f");
        digests.add(one.digest());
        try (VolumeFile file = one.open("a", OpenMode.CREATE)) {
            digests.add(one.digest());
            file.resize(PAGE);
            digests.add(one.digest());
            file.allocate(0, PAGE);
            digests.add(one.digest());
            write(file, 0, 1);
            digests.add(one.digest());
            MemoryDirectory copy = one.copy();
            assertThat(copy.digest()).isEqualTo(one.digest());
            file.write(ByteBuffer.wrap(new byte[1]), 17);
            digests.add(one.digest());
            assertThat(copy.digest()).isIn(digests).isNotEqualTo(one.digest());
            write(file, 1, 1);
            digests.add(one.digest());
        }
        one.rename("a", "b");
        digests.add(one.digest());
        assertThat(digests).hasSize(9);
    }
}
