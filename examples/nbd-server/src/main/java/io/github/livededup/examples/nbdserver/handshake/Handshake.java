package io.github.livededup.examples.nbdserver.handshake;

import io.github.livededup.examples.nbdserver.export.Exports;
import io.github.livededup.examples.nbdserver.export.OpenExport;
import io.github.livededup.examples.nbdserver.protocol.HandshakeFlags;
import io.github.livededup.examples.nbdserver.protocol.Limits;
import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import io.github.livededup.examples.nbdserver.protocol.ProtocolException;
import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The handshake of one connection, fixed newstyle. How long it takes is for others to watch. */
public final class Handshake {
    private static final int GREETING_BYTES = 18;

    private final Wire wire;
    private final TlsPolicy tls;
    private final OptionReplies replies;
    private final ExportOptions exportOptions;
    private final MetaContexts contexts;
    private int clientFlags;
    private boolean structuredReplies;
    private @Nullable Negotiated result;

    /**
     * Makes the handshake.
     *
     * @param wire the connection
     * @param exports what the client can choose from
     * @param tls whether it may or must go on in TLS
     */
    public Handshake(Wire wire, Exports exports, TlsPolicy tls) {
        this.wire = wire;
        this.tls = tls;
        replies = new OptionReplies(wire);
        exportOptions = new ExportOptions(wire, exports, replies);
        contexts = new MetaContexts(exports, replies);
    }

    /**
     * Talks with the client until it has chosen an export or ends the session.
     *
     * @return what it has come to, or null if the session is over
     * @throws ProtocolException if the client breaks the protocol
     * @throws IOException if the connection failed
     */
    public @Nullable Negotiated run() throws IOException {
        ByteBuffer greeting = ByteBuffer.allocate(GREETING_BYTES);
        greeting.putLong(Magic.GREETING).putLong(Magic.OPTION).putShort((short) HandshakeFlags.ALL);
        wire.output().put(greeting.flip());
        wire.output().flush();
        clientFlags = wire.input().readInt();
        if ((clientFlags & ~HandshakeFlags.ALL) != 0) {
            throw new ProtocolException(
                    "client flags: actual=0x" + Integer.toHexString(clientFlags) + " expected=0..3");
        }
        boolean goesOn = true;
        while (goesOn && result == null && wire.input().awaitMessage()) {
            goesOn = readOption();
        }
        return result;
    }

    /** Reads and answers one option; false if the session is over. */
    private boolean readOption() throws IOException {
        long magic = wire.input().readLong();
        if (magic != Magic.OPTION) {
            throw new ProtocolException("magic of an option: actual=0x" + Long.toHexString(magic));
        }
        int option = wire.input().readInt();
        long lengthBytes = Integer.toUnsignedLong(wire.input().readInt());
        if (lengthBytes > Limits.MAX_SKIPPED_OPTION_BYTES) {
            throw new ProtocolException(
                    "length of an option: actual=" + lengthBytes + " expected=0.." + Limits.MAX_OPTION_BYTES);
        }
        if (lengthBytes > Limits.MAX_OPTION_BYTES) {
            wire.input().skip(lengthBytes);
            if (option == OptionCode.EXPORT_NAME) {
                return false;
            }
            replies.error(option, OptionReplyCode.ERROR_TOO_BIG, "at most " + Limits.MAX_OPTION_BYTES + " bytes");
            return true;
        }
        ByteBuffer data = ByteBuffer.allocate((int) lengthBytes);
        wire.input().readFully(data);
        try {
            return answer(option, new OptionData(data.flip()));
        } catch (InvalidOptionException e) {
            if (option == OptionCode.EXPORT_NAME) {
                return false;
            }
            replies.error(option, OptionReplyCode.ERROR_INVALID, e.text());
            return true;
        }
    }

    private boolean answer(int option, OptionData data) throws IOException {
        boolean withoutTls = tls.mode() == TlsMode.REQUIRED && !wire.isSecure();
        if (withoutTls && option != OptionCode.STARTTLS && option != OptionCode.ABORT) {
            if (option == OptionCode.EXPORT_NAME) {
                return false;
            }
            replies.error(option, OptionReplyCode.ERROR_TLS_REQUIRED, "TLS is required");
            return true;
        }
        switch (option) {
            case OptionCode.EXPORT_NAME -> {
                String name = data.readString("export name", data.remaining());
                boolean withZeros = (clientFlags & HandshakeFlags.NO_ZEROES) == 0;
                chosen(exportOptions.takeByName(name, withZeros, structuredReplies), name);
                return result != null;
            }
            case OptionCode.ABORT -> {
                replies.ack(option);
                return false;
            }
            case OptionCode.LIST -> exportOptions.list(data);
            case OptionCode.STARTTLS -> startTls(data);
            case OptionCode.INFO, OptionCode.GO -> {
                ExportOptions.Selection selection = ExportOptions.Selection.read(data);
                chosen(exportOptions.infoOrGo(option, selection, structuredReplies), selection.name());
            }
            case OptionCode.STRUCTURED_REPLY -> {
                data.requireEnd();
                structuredReplies = true;
                replies.ack(option);
            }
            case OptionCode.LIST_META_CONTEXT, OptionCode.SET_META_CONTEXT ->
                contexts.answer(option, data, structuredReplies);
            default -> replies.error(option, OptionReplyCode.ERROR_UNSUPPORTED, "this option is not known");
        }
        return true;
    }

    private void chosen(@Nullable OpenExport export, String name) {
        if (export != null) {
            result = new Negotiated(export, structuredReplies, contexts.isChosenFor(name));
        }
    }

    private void startTls(OptionData data) throws IOException {
        data.requireEnd();
        if (tls.mode() == TlsMode.OFF) {
            replies.error(OptionCode.STARTTLS, OptionReplyCode.ERROR_POLICY, "this server has no certificate");
        } else if (wire.isSecure()) {
            throw new InvalidOptionException("TLS has begun already");
        } else {
            replies.ack(OptionCode.STARTTLS);
            wire.startTls(tls.newEngine());
            // What was agreed in plain text somebody else may have said.
            structuredReplies = false;
            contexts.reset();
        }
    }
}
