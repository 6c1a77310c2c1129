package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.JournalRecordType;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JournalRecordsTest {
    private static final JournalOptions OPTIONS =
            JournalOptions.defaults(TestBatches.VOLUME).withSegments(2, 64 * 4096);

    private final List<String> calls = new ArrayList<>();

    /** Writes down each call with its arguments. */
    private final JournalRecordVisitor visitor = (JournalRecordVisitor) Proxy.newProxyInstance(
            JournalRecordVisitor.class.getClassLoader(),
            new Class<?>[] {JournalRecordVisitor.class},
            (proxy, method, arguments) -> {
                List<Object> told = new ArrayList<>();
                for (Object argument : arguments == null ? new Object[0] : arguments) {
                    if (argument instanceof ByteBuffer bytes) {
                        assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
                        byte[] copy = new byte[bytes.remaining()];
                        bytes.get(copy);
                        told.add(Arrays.toString(copy));
                    } else {
                        told.add(argument);
                    }
                }
                calls.add(method.getName() + told);
                return null;
            });

    @Test
    void everyRecordComesBackAsItWasAdded() throws IOException {
        byte[] entry = new byte[48];
        new Random(1).nextBytes(entry);
        long address = BlockAddress.of(7, 9);
        JournalBatch batch = new JournalBatch();
        JournalRecords.blockAdded(batch, address, ByteBuffer.wrap(entry), 8, 40);
        JournalRecords.groupOpened(batch, 1, 2);
        JournalRecords.groupSealed(batch, 1, 2, 3L << 33, 4L << 33, -5);
        JournalRecords.extentMapped(batch, 1, 2L << 40, 3, address);
        JournalRecords.extentUnmapped(batch, 1, 2, 3L << 40);
        JournalRecords.imageCreated(batch, 1, "a ü 𝄞", 1L << 45, 3, 1_800_000_000_000L);
        JournalRecords.imagePublished(batch, 1, "b");
        JournalRecords.imageRenamed(batch, 1, "c");
        JournalRecords.imageDeleted(batch, Long.MAX_VALUE);
        JournalRecords.imageResized(batch, 1, 0);
        JournalRecords.imageTouched(batch, 1, 2);
        JournalRecords.referenceChanged(batch, address, -1);
        JournalRecords.imageCloned(batch, 2, 1, "d", 3, 1_800_000_000_001L);
        JournalRecords.imageHidden(batch, 2);
        JournalBatch second = new JournalBatch();
        JournalRecords.imageDeleted(second, 3);
        MemoryDirectory directory = new MemoryDirectory();
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            journal.append(batch);
            journal.append(second);
            journal.commit(IoAction.NONE);
        }
        try (Journal journal = Journal.open(directory, OPTIONS, 0)) {
            journal.replay(JournalRecords.decoding(visitor, "journal"));
        }
        assertThat(calls)
                .containsExactly(
                        "blockAdded[" + address + ", " + Arrays.toString(Arrays.copyOfRange(entry, 8, 48)) + "]",
                        "groupOpened[1, 2]",
                        "groupSealed[1, 2, " + (3L << 33) + ", " + (4L << 33) + ", -5]",
                        "extentMapped[1, " + (2L << 40) + ", 3, " + address + "]",
                        "extentUnmapped[1, 2, " + (3L << 40) + "]",
                        "imageCreated[1, a ü 𝄞, " + (1L << 45) + ", 3, 1800000000000]",
                        "imagePublished[1, b]",
                        "imageRenamed[1, c]",
                        "imageDeleted[" + Long.MAX_VALUE + "]",
                        "imageResized[1, 0]",
                        "imageTouched[1, 2]",
                        "referenceChanged[" + address + ", -1]",
                        "imageCloned[2, 1, d, 3, 1800000000001]",
                        "imageHidden[2]",
                        "endBatch[]",
                        "imageDeleted[3]",
                        "endBatch[]");
    }

    @Test
    void unknownTypesAndWrongLengthsAreCorruption() {
        JournalVisitor decoding = JournalRecords.decoding(visitor, "journal");
        for (int type = 0; type < 128; type++) {
            for (int length = 0; length < 64; length++) {
                ByteBuffer body = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                int given = type;
                try {
                    decoding.record(given, body);
                    assertThat(type)
                            .isBetween(1, JournalRecordType.IMAGE_HIDDEN)
                            .isNotIn(JournalRecordType.IMAGE_SNAPSHOT, 15);
                } catch (CorruptionException e) {
                    assertThat(e).hasMessageContaining("expected=");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
        // Five types have one length each of 64, five more too; the others take a tail.
        assertThat(calls.stream().filter(call -> call.startsWith("groupSealed")))
                .hasSize(1);
        assertThat(calls.stream().filter(call -> call.startsWith("blockAdded"))).hasSize(64 - 25);
        // A name may be empty, and it is for others to refuse that.
        assertThat(calls.stream().filter(call -> call.startsWith("imageRenamed")))
                .hasSize(64 - 8);
        assertThat(calls.stream().filter(call -> call.startsWith("imageCreated")))
                .hasSize(64 - 28);
    }

    @Test
    void aNameThatIsNotUtf8IsCorruption() {
        ByteBuffer body = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put(8, (byte) 0xff);
        assertThatThrownBy(
                        () -> JournalRecords.decoding(visitor, "journal").record(JournalRecordType.IMAGE_RENAMED, body))
                .isInstanceOf(CorruptionException.class);
    }

    @Test
    void aBatchIsReusedAndGrows() {
        JournalBatch batch = new JournalBatch();
        assertThat(batch.isEmpty()).isTrue();
        for (int i = 0; i < 10_000; i++) {
            JournalRecords.imageDeleted(batch, i);
        }
        assertThat(batch.lengthBytes()).isEqualTo(10_000 * 12);
        byte[] grown = batch.bytes();
        batch.clear();
        for (int i = 0; i < 10_000; i++) {
            JournalRecords.imageDeleted(batch, i);
        }
        assertThat(batch.bytes()).isSameAs(grown);
        batch.clear();
        assertThat(batch.isEmpty()).isTrue();
        batch.begin(1);
        assertThatThrownBy(() -> batch.begin(2)).isInstanceOf(IllegalStateException.class);
        batch.clear();
        assertThatThrownBy(batch::end).isInstanceOf(IllegalStateException.class);
        byte[] tooLong = new byte[65_537];
        batch.begin(1).putBytes(tooLong, 0, tooLong.length);
        assertThatThrownBy(batch::end).isInstanceOf(IllegalStateException.class);
    }
}
