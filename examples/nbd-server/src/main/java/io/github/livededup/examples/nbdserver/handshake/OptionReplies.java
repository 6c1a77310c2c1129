package io.github.livededup.examples.nbdserver.handshake;

import io.github.livededup.examples.nbdserver.protocol.InfoCode;
import io.github.livededup.examples.nbdserver.protocol.Limits;
import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the replies to options. The last reply to an option is sent at once, those before it may wait for it. */
final class OptionReplies {
    private static final int HEADER_BYTES = 20;

    private final Wire wire;

    OptionReplies(Wire wire) {
        this.wire = wire;
    }

    void ack(int option) throws IOException {
        put(option, OptionReplyCode.ACK, ByteBuffer.allocate(0));
        wire.output().flush();
    }

    void error(int option, int code, String message) throws IOException {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        put(option, code, ByteBuffer.wrap(text, 0, Math.min(text.length, Limits.MAX_STRING_BYTES)));
        wire.output().flush();
    }

    void server(int option, String name) throws IOException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(Integer.BYTES + text.length);
        put(option, OptionReplyCode.SERVER, data.putInt(text.length).put(text).flip());
    }

    void metaContext(int option, int id, String name) throws IOException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(Integer.BYTES + text.length);
        put(option, OptionReplyCode.META_CONTEXT, data.putInt(id).put(text).flip());
    }

    void infoExport(int option, long sizeBytes, int flags) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(Short.BYTES + Long.BYTES + Short.BYTES);
        data.putShort((short) InfoCode.EXPORT).putLong(sizeBytes).putShort((short) flags);
        put(option, OptionReplyCode.INFO, data.flip());
    }

    void infoText(int option, int info, String value) throws IOException {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(Short.BYTES + text.length);
        put(option, OptionReplyCode.INFO, data.putShort((short) info).put(text).flip());
    }

    void infoBlockSize(int option, int minimum, int preferred, int maximum) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(Short.BYTES + 3 * Integer.BYTES);
        data.putShort((short) InfoCode.BLOCK_SIZE)
                .putInt(minimum)
                .putInt(preferred)
                .putInt(maximum);
        put(option, OptionReplyCode.INFO, data.flip());
    }

    private void put(int option, int code, ByteBuffer data) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(Magic.OPTION_REPLY).putInt(option).putInt(code).putInt(data.remaining());
        wire.output().put(header.flip());
        wire.output().put(data);
    }
}
