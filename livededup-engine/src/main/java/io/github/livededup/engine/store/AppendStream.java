package io.github.livededup.engine.store;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupWriter;
import io.github.livededup.engine.volume.SealResult;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Appends one stream's new blocks to an open group of its own and journals each, in the same order: slots are numbered by
 * arrival, and replay relies on it. Full groups are sealed on the way. Safe for use by many threads, one at a time.
 */
public final class AppendStream implements Closeable {
    private final BlockGroups groups;
    private final Journal journal;
    private final FingerprintIndex index;
    private final FailureLatch latch;
    private final int fingerprintBytes;
    private final JournalBatch records = new JournalBatch();
    private @Nullable GroupWriter writer;

    AppendStream(
            BlockGroups groups, Journal journal, FingerprintIndex index, FailureLatch latch, int fingerprintBytes) {
        this.groups = groups;
        this.journal = journal;
        this.index = index;
        this.latch = latch;
        this.fingerprintBytes = fingerprintBytes;
    }

    /**
     * Appends a block. The append lock is held, shared.
     *
     * @return its address
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing was changed
     * @throws IOException if writing fails; the volume has then failed
     */
    synchronized long append(
            byte[] fingerprint, int fingerprintAt, ByteBuffer stored, int offset, int length, int codec, int crc)
            throws IOException {
        latch.check();
        try {
            while (true) {
                GroupWriter target = writer != null ? writer : openWriter();
                long address = target.append(fingerprint, fingerprintAt, stored, offset, length, codec, crc);
                if (address != BlockAddress.HOLE) {
                    journalBlock(address);
                    return address;
                }
                seal(target);
            }
        } catch (IOException e) {
            throw latch.failed(e);
        }
    }
}
