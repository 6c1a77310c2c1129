package io.github.livededup.engine.fuzz;

import io.github.livededup.DeltaOptions;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.DeltaLayout;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/** The reader of delta streams, fed with a stream whose header and first frame have right checksums. */
final class DeltaTarget {
    private static final int FRAME = DeltaLayout.HEADER_BYTES;
    private static final int PAYLOAD = FRAME + DeltaLayout.FRAME_HEADER_BYTES;

    private final byte[] stream;
    private final Volume receiver;

    /** Makes a stream and a volume to receive it. */
    DeltaTarget() {
        try (Volume sender =
                MemoryProvider.open(ParserTarget.specimen().closed.copy().directory(), MemorySpecimen.OPTIONS)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            sender.images().exportDelta("a", "a-clone", Channels.newChannel(out), DeltaOptions.defaults());
            stream = out.toByteArray();
            MemoryDirectory copy = ParserTarget.specimen().closed.copy().directory();
            receiver = MemoryProvider.open(copy, MemorySpecimen.OPTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole stream. */
    byte[] seed() {
        return stream.clone();
    }

    /**
     * Feeds the reader; what it received is deleted again.
     *
     * @throws IOException and {@link io.github.livededup.LiveDedupException} if the stream is refused
     */
    void parse(byte[] bytes) throws IOException {
        byte[] sealed = seal(bytes);
        receiver.images()
                .importDelta(
                        "a",
                        "received",
                        Channels.newChannel(new ByteArrayInputStream(sealed)),
                        TransferOptions.defaults());
        receiver.images().delete("received");
    }

    private static byte[] seal(byte[] bytes) {
        byte[] sealed = Arrays.copyOf(bytes, Math.max(bytes.length, PAYLOAD));
        ByteBuffer view = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
        int crcAt = FRAME - Integer.BYTES;
        view.putInt(crcAt, Checksums.crc32c(view, 0, crcAt));
        int length = view.getInt(FRAME);
        if (length < 0 || length > sealed.length - PAYLOAD) {
            length = sealed.length - PAYLOAD;
            view.putInt(FRAME, length);
        }
        ByteBuffer payload = ByteBuffer.wrap(Arrays.copyOfRange(sealed, PAYLOAD, PAYLOAD + length));
        ByteBuffer scratch = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        UUID id = new UUID(view.getLong(16), view.getLong(24));
        view.putInt(FRAME + Integer.BYTES, DeltaLayout.frameCrc(new CRC32C(), scratch, id, 0, payload, length));
        return sealed;
    }
}
