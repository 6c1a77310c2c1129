package io.github.livededup.examples.nbdserver.handshake;

import io.github.livededup.examples.nbdserver.protocol.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Takes an option's data apart; nothing in it is believed. */
final class OptionData {
    private final ByteBuffer data;

    OptionData(ByteBuffer data) {
        this.data = data;
    }

    int remaining() {
        return data.remaining();
    }

    /** Two bytes, unsigned. */
    int readShort() throws InvalidOptionException {
        require(Short.BYTES);
        return Short.toUnsignedInt(data.getShort());
    }

    /** A count or length of four bytes; one above {@code max} is refused. */
    int readCount(String what, int max) throws InvalidOptionException {
        require(Integer.BYTES);
        int count = data.getInt();
        if (count < 0 || count > max) {
            throw new InvalidOptionException(
                    what + ": actual=" + Integer.toUnsignedString(count) + " expected=0.." + max);
        }
        return count;
    }

    /** A text with its length in front. */
    String readString(String what) throws InvalidOptionException {
        return readString(what, readCount("length of " + what, Limits.MAX_STRING_BYTES));
    }

    /** A text of a known length. */
    String readString(String what, int lengthBytes) throws InvalidOptionException {
        if (lengthBytes > Limits.MAX_STRING_BYTES) {
            throw new InvalidOptionException(
                    "length of " + what + ": actual=" + lengthBytes + " expected=0.." + Limits.MAX_STRING_BYTES);
        }
        require(lengthBytes);
        ByteBuffer bytes = data.slice(data.position(), lengthBytes);
        data.position(data.position() + lengthBytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidOptionException(what + ": no UTF-8");
        }
    }

    /** There must be nothing left. */
    void requireEnd() throws InvalidOptionException {
        if (data.hasRemaining()) {
            throw new InvalidOptionException("bytes after the end: actual=" + data.remaining() + " expected=0");
        }
    }

    private void require(int lengthBytes) throws InvalidOptionException {
        if (data.remaining() < lengthBytes) {
            throw new InvalidOptionException("bytes left: actual=" + data.remaining() + " expected=" + lengthBytes);
        }
    }
}
