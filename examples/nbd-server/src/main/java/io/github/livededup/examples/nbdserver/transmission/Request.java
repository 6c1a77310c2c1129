package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.CommandFlags;
import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.ProtocolException;
import io.github.livededup.examples.nbdserver.transport.Input;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came; nothing in it is believed yet.
 *
 * @param flags the flags
 * @param command what to do; null if this server does not know it
 * @param cookie what the client calls the request
 * @param offset where, unsigned
 * @param lengthBytes how much
 */
record Request(int flags, @Nullable Command command, long cookie, long offset, long lengthBytes) {
    /** Reads the next one, without what is to be written. */
    static Request read(Input input) throws IOException {
        int magic = input.readInt();
        if (magic != Magic.REQUEST) {
            throw new ProtocolException("magic of a request: actual=0x" + Integer.toHexString(magic) + " expected=0x"
                    + Integer.toHexString(Magic.REQUEST));
        }
        int flags = input.readShort();
        Command command = Command.ofCode(input.readShort());
        return new Request(flags, command, input.readLong(), input.readLong(), Integer.toUnsignedLong(input.readInt()));
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether the change must be durable before the reply. */
    boolean isForced() {
        return has(CommandFlags.FUA);
    }
}
