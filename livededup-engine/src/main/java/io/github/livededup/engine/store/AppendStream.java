package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalFullException;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.BlockListener;
import io.github.livededup.engine.volume.GroupLayout;
import io.github.livededup.engine.volume.GroupWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Appends one stream's new blocks to an open group of its own, and journals each before others can find it. Full groups are
 * sealed on the way. Safe for use by many threads, one at a time.
 */
public final class AppendStream implements Closeable {
    private final String resource;
    private final BlockGroups groups;
    private final Journal journal;
    private final FingerprintIndex index;
    private final FailureLatch latch;
    private final BlockChanges changes;
    private final JournalBatch records = new JournalBatch();
    private final BlockListener journaling = this::journal;
    private final int entryBytes;
    private @Nullable GroupWriter writer;
    /** Blocks of any content that the present group has room for, whatever happens. */
    private int held;

    AppendStream(StoreParts parts, BlockChanges changes, int fingerprintBytes) {
        resource = parts.description();
        groups = parts.groups();
        journal = parts.journal();
        index = parts.index();
        latch = parts.latch();
        this.changes = changes;
        entryBytes = TableEntry.sizeBytes(fingerprintBytes);
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
                long address = held > 0
                        ? target.appendHeld(fingerprint, fingerprintAt, stored, offset, length, codec, crc, journaling)
                        : target.append(fingerprint, fingerprintAt, stored, offset, length, codec, crc, journaling);
                if (address != BlockAddress.HOLE) {
                    held = Math.max(0, held - 1);
                    return address;
                }
                writer = null;
                seal(target);
            }
        } catch (JournalFullException e) {
            throw new VolumeFullException(resource, "no room in the journal until the next checkpoint", e);
        } catch (IOException e) {
            throw latch.failed(e);
        }
    }

    /**
     * Sets room aside for blocks of any content that are appended later; each append uses up one block's. If the group has
     * not so much room, all that is held moves to another one. The append lock is held, shared.
     *
     * @param blocks how many
     * @throws io.github.livededup.VolumeFullException if there is no room; what was held stays held
     * @throws IOException if the volume has failed
     */
    synchronized void hold(int blocks) throws IOException {
        latch.check();
        try {
            GroupWriter present = writer;
            if (present != null && present.hold(blocks)) {
                held += blocks;
                return;
            }
            writer = groups.writers().acquireHolding(held + blocks, changes::groupOpened);
            held += blocks;
            if (present != null) {
                present.unhold(held - blocks);
                seal(present);
            }
        } catch (JournalFullException e) {
            throw new VolumeFullException(resource, "no room in the journal until the next checkpoint", e);
        } catch (IOException e) {
            throw latch.failed(e);
        }
    }

    /** Gives room back that was set aside. */
    synchronized void unhold(int blocks) {
        if (writer != null) {
            writer.unhold(blocks);
        }
        held -= blocks;
    }

    /** Blocks that room is set aside for. */
    synchronized int held() {
        return held;
    }

    /**
     * Journals a block before others can find it: whoever does journals a mapping or a reference to it, which replay must not
     * meet first.
     */
    private void journal(long address, ByteBuffer table, int at) throws IOException {
        records.clear();
        JournalRecords.blockAdded(records, address, table, at, entryBytes);
        journal.append(records);
    }

    private GroupWriter openWriter() throws IOException {
        GroupWriter opened = groups.writers().acquire(changes::groupOpened);
        writer = opened;
        return opened;
    }

    private void seal(GroupWriter full) throws IOException {
        groups.writers().release(full);
        GroupLayout sealed = sealAndNote(full);
        if (sealed != null) {
            index.groupSealed(sealed.group());
        }
    }

    /** Once it is sealed, whatever keeps that from being noted ends all writing, see {@link BlockChanges#groupSealed}. */
    private @Nullable GroupLayout sealAndNote(GroupWriter full) throws IOException {
        try {
            GroupLayout sealed = groups.writers().seal(full);
            if (sealed != null) {
                changes.groupSealed(sealed);
            }
            return sealed;
        } catch (Throwable e) {
            if (groups.isSealed(full.group())) {
                throw latch.failedForGood(e);
            }
            throw e;
        }
    }

    /** Gives the open group back, for another stream to go on with. */
    @Override
    public synchronized void close() {
        if (writer != null) {
            groups.writers().release(writer);
            writer = null;
        }
    }
}
