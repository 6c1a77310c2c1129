package io.github.livededup.examples.nbdserver.handshake;

import io.github.livededup.examples.nbdserver.export.OpenExport;

/**
 * What a handshake has come to.
 *
 * @param export what the client has chosen; the receiver closes it
 * @param structuredReplies whether replies are structured
 * @param baseAllocation whether the client may ask for block status
 */
public record Negotiated(OpenExport export, boolean structuredReplies, boolean baseAllocation) {
    /** The number by which the metadata context {@code base:allocation} goes. */
    public static final int BASE_ALLOCATION_ID = 1;
}
