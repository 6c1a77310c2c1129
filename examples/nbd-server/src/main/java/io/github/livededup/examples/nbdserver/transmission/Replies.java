package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.examples.nbdserver.protocol.NbdError;
import java.nio.ByteBuffer;

/** Puts replies into the form that was negotiated. */
interface Replies {
    /** All is well, and there is no more to say. */
    Reply success(long cookie);

    /** It failed; the message is for people. */
    Reply error(long cookie, NbdError error, String message);

    /**
     * What was read.
     *
     * @param cookie what the client calls the request
     * @param offset where it was read
     * @param data what remains in it was read; it must not change afterwards
     * @param inOnePiece whether it may not be told in several pieces
     */
    Reply data(long cookie, long offset, ByteBuffer data, boolean inOnePiece);
}
