package io.github.livededup.engine.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The fingerprint tables of open groups, as of the last checkpoint. A group's table is dropped when it is sealed. */
public final class OpenTables {
    OpenTables() {}

    /**
     * How many pages appending may take at most.
     *
     * @param entries how many entries
     * @return the pages, for {@link MetadataStore#reserve}
     */
    public long pagesToAppend(int entries) {
        throw new UnsupportedOperationException();
    }

    /**
     * Stores entries behind those stored before; only new pages and the last one are written.
     *
     * @param group the open group
     * @param fromSlot the first entry's slot: the number of entries stored before
     * @param entries whole entries from position to limit; the position moves to the limit
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void append(int group, int fromSlot, ByteBuffer entries) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads stored entries.
     *
     * @param group the open group
     * @param fromSlot the first entry's slot
     * @param entries filled from position to limit, whole entries; the position moves to the limit
     * @throws io.github.livededup.CorruptionException if an entry is not stored
     * @throws IOException if reading fails
     */
    public void read(int group, int fromSlot, ByteBuffer entries) throws IOException {
        throw new UnsupportedOperationException();
    }
}
