package io.github.livededup.engine.journal;

import java.io.IOException;
import java.io.Serial;

/**
 * The journal has no room for a batch until a checkpoint releases some. Nothing was appended and nothing has failed:
 * checkpoint, then append again.
 */
public final class JournalFullException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    JournalFullException(String journal, long neededBytes, long freeBytes) {
        super(journal + ": no room for a batch: actual=" + freeBytes + " expected=" + neededBytes + " free bytes");
    }
}
