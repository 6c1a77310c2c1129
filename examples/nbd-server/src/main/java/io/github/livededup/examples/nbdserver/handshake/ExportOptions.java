package io.github.livededup.examples.nbdserver.handshake;

import io.github.livededup.LiveDedupException;
import io.github.livededup.NotFoundException;
import io.github.livededup.examples.nbdserver.export.Export;
import io.github.livededup.examples.nbdserver.export.Exports;
import io.github.livededup.examples.nbdserver.export.OpenExport;
import io.github.livededup.examples.nbdserver.protocol.InfoCode;
import io.github.livededup.examples.nbdserver.protocol.Limits;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options that name an export: listing, asking, taking. */
final class ExportOptions {
    private static final Logger LOG = System.getLogger(ExportOptions.class.getName());
    private static final int RESERVED_ZEROS = 124;
    private static final int MIN_BLOCK_BYTES = 1;

    private final Wire wire;
    private final Exports exports;
    private final OptionReplies replies;

    ExportOptions(Wire wire, Exports exports, OptionReplies replies) {
        this.wire = wire;
        this.exports = exports;
        this.replies = replies;
    }

    void list(OptionData data) throws IOException {
        data.requireEnd();
        for (String name : exports.names()) {
            replies.server(OptionCode.LIST, name);
        }
        replies.ack(OptionCode.LIST);
    }

    /** Answers EXPORT_NAME, to which nothing but the export can be answered; null ends the session. */
    @Nullable
    OpenExport takeByName(String name, boolean withZeros, boolean structuredReplies) throws IOException {
        OpenExport export;
        try {
            export = exports.open(name);
        } catch (NotFoundException e) {
            LOG.log(Level.DEBUG, "no export of the name {0}", name);
            return null;
        }
        ByteBuffer answer = ByteBuffer.allocate(Long.BYTES + Short.BYTES + (withZeros ? RESERVED_ZEROS : 0));
        answer.putLong(export.export().sizeBytes());
        answer.putShort((short) ExportFlags.of(export.export(), structuredReplies));
        sendOrClose(export, () -> {
            wire.output().put(answer.rewind());
            wire.output().flush();
        });
        return export;
    }

    /** Answers INFO and GO; an export only if it is GO and there is one. */
    @Nullable
    OpenExport infoOrGo(int option, Selection selection, boolean structuredReplies) throws IOException {
        try {
            if (option == OptionCode.INFO) {
                inform(option, exports.describe(selection.name()), selection, structuredReplies);
                return null;
            }
            OpenExport export = exports.open(selection.name());
            sendOrClose(export, () -> inform(option, export.export(), selection, structuredReplies));
            return export;
        } catch (NotFoundException e) {
            replies.error(option, OptionReplyCode.ERROR_UNKNOWN, "there is no such export");
        } catch (LiveDedupException e) {
            LOG.log(Level.WARNING, "an export cannot be opened", e);
            replies.error(option, OptionReplyCode.ERROR_POLICY, String.valueOf(e.getMessage()));
        }
        return null;
    }

    private void inform(int option, Export export, Selection selection, boolean structuredReplies) throws IOException {
        replies.infoExport(option, export.sizeBytes(), ExportFlags.of(export, structuredReplies));
        if (selection.wants(InfoCode.NAME)) {
            replies.infoText(option, InfoCode.NAME, export.name());
        }
        if (selection.wants(InfoCode.DESCRIPTION)) {
            replies.infoText(option, InfoCode.DESCRIPTION, export.description());
        }
        replies.infoBlockSize(option, MIN_BLOCK_BYTES, exports.preferredBytes(), Limits.MAX_PAYLOAD_BYTES);
        replies.ack(option);
    }

    private static void sendOrClose(OpenExport export, Sending sending) throws IOException {
        boolean sent = false;
        try {
            sending.send();
            sent = true;
        } finally {
            if (!sent) {
                export.close();
            }
        }
    }

    /** Something that may fail because the client has gone. */
    private interface Sending {
        void send() throws IOException;
    }

    /** The data of INFO and GO: an export, and what the client would like to know. */
    record Selection(String name, Set<Integer> infos) {
        static Selection read(OptionData data) throws InvalidOptionException {
            String name = data.readString("export name");
            int count = data.readShort();
            Set<Integer> infos = new HashSet<>();
            for (int i = 0; i < count; i++) {
                infos.add(data.readShort());
            }
            data.requireEnd();
            return new Selection(name, infos);
        }

        boolean wants(int info) {
            return infos.contains(info);
        }
    }
}
