package io.github.livededup.engine.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.github.livededup.BaseMismatchException;
import io.github.livededup.CorruptionException;
import io.github.livededup.DeltaOptions;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.DeltaHeader;
import io.github.livededup.engine.format.DeltaLayout;
import io.github.livededup.engine.util.RandomCases;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that are not as they were sent, or never were. Nothing of them stays, and every refusal has a type. */
class DeltaDamageTest extends DeltaCase {
    private Volume sender;
    private Volume receiver;
    /** Of all kinds of records. */
    private byte[] stream;

    private long liveBlocks;

    @BeforeEach
    void createVolumes() throws IOException {
        sender = create(small());
        receiver = create(small().durability(Durability.EXPLICIT));
        byte[] base = TestData.blocks(BLOCK, 2, 4, 6, 8, 10, 12, 14);
        createImage(sender, "base", base);
        createImage(receiver, "base", base);
        sender.images().clone("base", "image");
        try (Image image = sender.images().open("image")) {
            image.resize(8L * BLOCK + 10);
            image.write(ByteBuffer.wrap(TestData.blocks(BLOCK, 22, 24, 22, 0, 0, 24)), BLOCK);
            // One that the receiver has.
            image.write(ByteBuffer.wrap(TestData.block(BLOCK, 2)), 7L * BLOCK);
        }
        byte[] known = sender.blocks().fingerprint(ByteBuffer.wrap(TestData.block(BLOCK, 2)));
        stream = send(
                sender,
                "base",
                "image",
                DeltaOptions.defaults().withKnown(fingerprint -> fingerprint.equals(ByteBuffer.wrap(known))));
        receiver.commit();
        liveBlocks = receiver.statistics().uniqueBlocks();
    }

    private void assertNothingIsLeft(String what) throws IOException {
        assertThat(names(receiver)).as(what).containsExactly("base");
        assertThat(receiver.statistics().uniqueBlocks()).as(what).isEqualTo(liveBlocks);
    }

    /** Receives; refusals of the types that are promised are all right. */
    private boolean isReceived(byte[] bytes, String what) throws IOException {
        try {
            receive(receiver, "base", "image", bytes);
            return true;
        } catch (CorruptionException | BaseMismatchException | UnsupportedFormatException e) {
            assertNothingIsLeft(what);
            return false;
        } catch (IOException | RuntimeException e) {
            return fail(what, e);
        }
    }

    @Test
    void theStreamHoldsAllKindsOfRecords() throws IOException {
        receive(receiver, "base", "image", stream);
        assertThat(read(receiver, "image")).isEqualTo(read(sender, "image"));
        int at = DeltaLayout.HEADER_BYTES + DeltaLayout.FRAME_HEADER_BYTES;
        assertThat(stream[at]).isEqualTo((byte) DeltaLayout.DATA);
        assertThat(stream.length).isLessThan(900);
    }

    @Test
    void everyByteThatChangedIsNoticed() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int at = 0; at < stream.length; at++) {
            byte[] bytes = stream.clone();
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(isReceived(bytes, "byte " + at)).as("byte " + at).isFalse();
        }
    }

    @Test
    void everyLengthThatIsTooShortIsNoticed() throws IOException {
        for (int length = 0; length < stream.length; length++) {
            byte[] bytes = Arrays.copyOf(stream, length);
            assertThatThrownBy(() -> receive(receiver, "base", "image", bytes))
                    .as("length " + length)
                    .isInstanceOf(CorruptionException.class);
        }
        assertNothingIsLeft("at the end");
    }

    @Test
    void garbage() {
        RandomCases.forEach(300, random -> {
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            int whole = random.nextInt(0, Math.min(bytes.length, stream.length) + 1);
            System.arraycopy(stream, 0, bytes, 0, whole);
            if (!Arrays.equals(bytes, 0, Math.min(bytes.length, stream.length), stream, 0, stream.length)) {
                assertThat(isReceived(bytes, "garbage")).isFalse();
            }
        });
    }

    @Test
    void versionsToCome() {
        ByteBuffer bytes = ByteBuffer.wrap(stream.clone()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(8, 2).putInt(12, ~2);
        assertThatThrownBy(() -> receive(receiver, "base", "image", bytes.array()))
                .isInstanceOfSatisfying(UnsupportedFormatException.class, e -> {
                    assertThat(e.actualVersion()).isEqualTo(2);
                    assertThat(e.isTooNew()).isTrue();
                });
    }

    @Test
    void lengthsThatAreTooLongAllocateNothing() throws IOException {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, DeltaLayout.MAX_FRAME_BYTES + 1}) {
            ByteBuffer bytes = ByteBuffer.wrap(stream.clone()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(DeltaLayout.HEADER_BYTES, length);
            assertThatThrownBy(() -> receive(receiver, "base", "image", bytes.array()))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("frame length");
        }
        assertNothingIsLeft("at the end");
    }

    @Test
    void framesInAnotherOrderOrOfAnotherStream() throws IOException {
        createImage(sender, "large", TestData.random(300 * BLOCK, 1));
        byte[] one = send(sender, null, "large");
        byte[] two = send(sender, null, "large");
        int first = DeltaLayout.HEADER_BYTES;
        int second = first + DeltaLayout.FRAME_HEADER_BYTES + lengthOfFrame(one, first);
        int third = second + DeltaLayout.FRAME_HEADER_BYTES + lengthOfFrame(one, second);
        byte[] doubled = concat(Arrays.copyOf(one, second), Arrays.copyOfRange(one, first, one.length));
        byte[] dropped = concat(Arrays.copyOf(one, second), Arrays.copyOfRange(one, third, one.length));
        byte[] spliced = concat(Arrays.copyOf(one, second), Arrays.copyOfRange(two, second, two.length));
        for (byte[] bytes : new byte[][] {doubled, dropped, spliced}) {
            assertThatThrownBy(() -> receive(receiver, null, "image", bytes))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("checksum of frame 1");
        }
        assertNothingIsLeft("at the end");
    }

    private static int lengthOfFrame(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static byte[] concat(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    /** Changes the stream behind its checksums' back: what it says is then to be checked. */
    @Test
    void recordsThatSayWhatCannotBe() {
        int header = DeltaLayout.HEADER_BYTES;
        int payload = header + DeltaLayout.FRAME_HEADER_BYTES;
        long[] spiteful = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 34, 1L << 48, 7, 8, 9};
        RandomCases.forEach(600, random -> {
            byte[] bytes = stream.clone();
            ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            boolean inHeader = random.nextInt(4) == 0;
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                int at = inHeader
                        ? 16 + random.nextInt(header - 28)
                        : payload + random.nextInt(bytes.length - payload - 8);
                long value = spiteful[random.nextInt(spiteful.length)];
                switch (random.nextInt(3)) {
                    case 0 -> view.put(at, (byte) random.nextInt());
                    case 1 -> view.putInt(at, (int) value);
                    default -> view.putLong(at, value);
                }
            }
            seal(view);
            if (isReceived(bytes, "records")) {
                receiver.images().delete("image");
                receiver.commit();
            }
        });
    }

    @Test
    void imagesOfTheLargestSizeInATinyStream() throws IOException {
        DeltaHeader header =
                new DeltaHeader(new UUID(1, 2), BLOCK, FingerprintAlgorithm.SHA_256, false, false, 0, 1L << 46);
        ByteBuffer bytes = ByteBuffer.allocate(DeltaLayout.HEADER_BYTES
                        + DeltaLayout.FRAME_HEADER_BYTES
                        + DeltaLayout.REPEAT_BYTES
                        + DeltaLayout.END_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        DeltaLayout.writeHeader(header, bytes);
        int at = DeltaLayout.HEADER_BYTES;
        bytes.putInt(at, bytes.capacity() - at - DeltaLayout.FRAME_HEADER_BYTES);
        at += DeltaLayout.FRAME_HEADER_BYTES;
        bytes.put(at, (byte) DeltaLayout.REPEAT);
        bytes.putInt(at + DeltaLayout.COUNT_OFFSET, Integer.MAX_VALUE);
        bytes.putLong(at + DeltaLayout.RUN_BLOCK_OFFSET, 1L << 33);
        seal(bytes);
        // The blocks that are to be repeated are holes.
        assertThatThrownBy(() -> receive(receiver, null, "image", bytes.array()))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("repeated");
        assertNothingIsLeft("at the end");
    }

    /** Makes the checksums of the header and of the first frame hold. */
    private static void seal(ByteBuffer view) {
        int crcAt = DeltaLayout.HEADER_BYTES - Integer.BYTES;
        view.putInt(crcAt, Checksums.crc32c(view, 0, crcAt));
        int at = DeltaLayout.HEADER_BYTES;
        int length = view.getInt(at);
        UUID id = new UUID(view.getLong(16), view.getLong(24));
        ByteBuffer payload = ByteBuffer.allocate(length);
        payload.put(0, view, at + DeltaLayout.FRAME_HEADER_BYTES, length);
        ByteBuffer scratch = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        view.putInt(at + Integer.BYTES, DeltaLayout.frameCrc(new CRC32C(), scratch, id, 0, payload, length));
    }
}
