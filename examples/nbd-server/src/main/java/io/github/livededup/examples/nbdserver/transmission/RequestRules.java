package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.examples.nbdserver.export.Export;
import io.github.livededup.examples.nbdserver.handshake.Negotiated;
import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.CommandFlags;
import io.github.livededup.examples.nbdserver.protocol.Limits;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import org.jspecify.annotations.Nullable;

/** What a request must be like before anything is done about it. */
final class RequestRules {
    private final Export export;
    private final boolean structuredReplies;
    private final boolean baseAllocation;

    RequestRules(Negotiated negotiated) {
        export = negotiated.export().export();
        structuredReplies = negotiated.structuredReplies();
        baseAllocation = negotiated.baseAllocation();
    }

    /** The error to answer, or null if the request is fine. */
    @Nullable
    NbdError check(Request request) {
        Command command = request.command();
        if (command == null || !command.allows(request.flags())) {
            return NbdError.EINVAL;
        }
        if (request.has(CommandFlags.DF) && command == Command.READ && !structuredReplies) {
            return NbdError.EINVAL;
        }
        if (command.isChange() && export.isReadOnly()) {
            return NbdError.EPERM;
        }
        if (!command.hasRange()) {
            return request.offset() == 0 && request.lengthBytes() == 0 ? null : NbdError.EINVAL;
        }
        return checkRange(command, request);
    }

    private @Nullable NbdError checkRange(Command command, Request request) {
        boolean hasPayload = command == Command.READ || command == Command.WRITE;
        if (hasPayload && request.lengthBytes() > Limits.MAX_PAYLOAD_BYTES) {
            return request.has(CommandFlags.DF) ? NbdError.EOVERFLOW : NbdError.EINVAL;
        }
        long sizeBytes = export.sizeBytes();
        if (request.offset() < 0
                || request.offset() > sizeBytes
                || request.lengthBytes() > sizeBytes - request.offset()) {
            return command == Command.WRITE || command == Command.WRITE_ZEROES ? NbdError.ENOSPC : NbdError.EINVAL;
        }
        if (command == Command.BLOCK_STATUS && (!baseAllocation || request.lengthBytes() == 0)) {
            return NbdError.EINVAL;
        }
        return null;
    }
}
