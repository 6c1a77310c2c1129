package io.github.livededup.examples.nbdserver.handshake;

import io.github.livededup.examples.nbdserver.export.Export;
import io.github.livededup.examples.nbdserver.protocol.TransmissionFlags;

/**
 * What an export can do, as flags.
 *
 * <p>Several connections to one image are safe: all handles of an image see each other's finished writes, and a flush makes
 * every finished write to the image durable, whatever handle it came through. A clone made on connect is another image for
 * each connection, so there it would be wrong to say so.
 */
final class ExportFlags {
    private static final int ALWAYS = TransmissionFlags.HAS_FLAGS
            | TransmissionFlags.SEND_FLUSH
            | TransmissionFlags.SEND_FUA
            | TransmissionFlags.SEND_CACHE;
    private static final int WRITABLE =
            TransmissionFlags.SEND_TRIM | TransmissionFlags.SEND_WRITE_ZEROES | TransmissionFlags.SEND_FAST_ZERO;

    private ExportFlags() {}

    static int of(Export export, boolean structuredReplies) {
        int flags = ALWAYS | (export.isReadOnly() ? TransmissionFlags.READ_ONLY : WRITABLE);
        if (export.isShared()) {
            flags |= TransmissionFlags.CAN_MULTI_CONN;
        }
        if (structuredReplies) {
            flags |= TransmissionFlags.SEND_DF;
        }
        return flags;
    }
}
