package io.github.livededup.engine.store;

import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.metadata.GroupInfo;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.util.SlotSet;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupLayout;
import io.github.livededup.engine.volume.GroupReclaim;
import io.github.livededup.engine.volume.RewrittenGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What compaction changes, each step under the locks it needs. None of it is journaled: a group's new place becomes durable
 * with the next checkpoint, and until then the old one is kept, so that a journal replayed from the checkpoint before
 * finds the group as it was.
 */
public final class GroupChanges {
    private final BlockGroups groups;
    private final MetadataStore metadata;
    private final FingerprintIndex index;
    private final FailureLatch latch;
    private final VolumeLocks locks;
    private final BlockChanges changes;
    private final Checkpointer checkpointer;
    private final int fingerprintBytes;

    /**
     * Makes the changes.
     *
     * @param parts the volume's parts
     * @param changes notes sealed groups
     * @param checkpointer takes checkpoints
     * @param fingerprintBytes the fingerprint's length
     */
    public GroupChanges(StoreParts parts, BlockChanges changes, Checkpointer checkpointer, int fingerprintBytes) {
        groups = parts.groups();
        metadata = parts.metadata();
        index = parts.index();
        latch = parts.latch();
        locks = parts.locks();
        this.changes = changes;
        this.checkpointer = checkpointer;
        this.fingerprintBytes = fingerprintBytes;
    }

    /**
     * What the groups hold now.
     *
     * @return a record for each group; the fill of an open one is as of now, too
     * @throws IOException if metadata cannot be read
     */
    public List<GroupInfo> figures() throws IOException {
        List<GroupInfo> figures = new ArrayList<>();
        for (GroupLayout layout : groups.layouts()) {
            locks.metadataShared().lock();
            try {
                GroupInfo info = metadata.groups().get(layout.group());
                if (info.state() != GroupInfo.State.FREE) {
                    figures.add(info.withFill(layout.slots(), layout.dataEnd()));
                }
            } finally {
                locks.metadataShared().unlock();
            }
        }
        return figures;
    }

    /**
     * Seals an open group, so that it can be rewritten.
     *
     * @param group the group; nothing happens if it is sealed
     * @return whether it is sealed now; not if room in it is held for writes to come
     * @throws VolumeFullException if there is no room; it stays open
     * @throws IOException if writing fails; the volume has then failed
     */
    public boolean seal(int group) throws IOException {
        locks.appendShared().lock();
        try {
            latch.check();
            if (!groups.isSealed(group) && sealAndNote(group)) {
                index.groupSealed(group);
            }
            return groups.isSealed(group);
        } catch (IOException e) {
            throw latch.failed(e);
        } finally {
            locks.appendShared().unlock();
        }
    }

    /** Once it is sealed, whatever keeps that from being noted ends all writing, see {@link BlockChanges#groupSealed}. */
    private boolean sealAndNote(int group) throws IOException {
        try {
            GroupLayout sealed = groups.writers().seal(group);
            if (sealed != null) {
                changes.groupSealed(sealed);
            }
            return sealed != null;
        } catch (Throwable e) {
            if (groups.isSealed(group)) {
                throw latch.failedForGood(e);
            }
            throw e;
        }
    }

    /**
     * Retires a sealed group's dead blocks: they are not found any more, nor referenced again. While it looks no block is
     * between being found, or stored, and being mapped.
     *
     * @param group the group
     * @return what it holds
     * @throws NotFoundException if there is no such group
     * @throws IOException if metadata or the table cannot be read
     */
    public Retired retire(int group) throws IOException {
        SlotSet live;
        SlotSet dead;
        SlotSet fresh;
        locks.appendExclusive().lock();
        try {
            locks.metadataShared().lock();
            try {
                live = metadata.references().live(group, groups.slotCount(group));
                dead = groups.reclaim().occupiedWithout(group, live);
                fresh = groups.reclaim().retire(group, dead);
            } finally {
                locks.metadataShared().unlock();
            }
        } finally {
            locks.appendExclusive().unlock();
        }
        byte[] fingerprint = new byte[fingerprintBytes];
        groups.reclaim().forEachEntry(group, fresh, (slot, table, at) -> {
            table.get(at, fingerprint);
            index.remove(fingerprint, 0, BlockAddress.of(group, slot));
        });
        return new Retired(dead, live.count());
    }

    /**
     * What a group held when its dead blocks were retired.
     *
     * @param dead all its blocks without references
     * @param liveBlocks how many others there were; some may have died since
     */
    public record Retired(SlotSet dead, int liveBlocks) {}

    /**
     * Lets a group move to its copy.
     *
     * @param rewritten the copy
     * @return its former place, needed until a checkpoint is durable
     * @throws VolumeFullException if there is no room for the change; nothing changed
     * @throws IOException if forcing the copy or changing metadata fails; the volume has then failed
     */
    public GroupReclaim.Vacated move(RewrittenGroup rewritten) throws IOException {
        try {
            groups.force();
        } catch (IOException e) {
            throw latch.failedForGood(e);
        }
        GroupLayout layout = rewritten.layout();
        locks.appendExclusive().lock();
        locks.metadataExclusive().lock();
        try {
            latch.check();
            metadata.reserveToFree(MetadataStore.SMALL_CHANGE_PAGES);
            return apply(() -> {
                metadata.groups()
                        .move(
                                layout.group(),
                                layout.region(),
                                layout.slots(),
                                layout.dataEnd(),
                                layout.tableOffset(),
                                layout.tableCrc());
                return groups.reclaim().swap(rewritten);
            });
        } finally {
            locks.metadataExclusive().unlock();
            locks.appendExclusive().unlock();
        }
    }

    /**
     * Notes a group's retired slots, so that their bytes may go once a checkpoint is durable.
     *
     * @param group a sealed group
     * @param retired all its retired slots
     * @throws VolumeFullException if there is no room for the change; nothing changed
     * @throws IOException if changing metadata fails; the volume has then failed
     */
    public void keepRetired(int group, SlotSet retired) throws IOException {
        locks.appendExclusive().lock();
        locks.metadataExclusive().lock();
        try {
            latch.check();
            metadata.reserveToFree(metadata.retired().pagesToPut(retired.words() * Long.SIZE));
            apply(() -> {
                metadata.retired().put(group, retired);
                return retired;
            });
        } finally {
            locks.metadataExclusive().unlock();
            locks.appendExclusive().unlock();
        }
    }

    /**
     * Takes a group out whose blocks are all retired.
     *
     * @param group the group
     * @return its former place, needed until a checkpoint is durable
     * @throws VolumeFullException if there is no room for the change; nothing changed
     * @throws IOException if changing metadata fails; the volume has then failed
     */
    public GroupReclaim.Vacated free(int group) throws IOException {
        locks.appendExclusive().lock();
        locks.metadataExclusive().lock();
        GroupReclaim.Vacated vacated;
        try {
            latch.check();
            metadata.reserveToFree(MetadataStore.SMALL_CHANGE_PAGES);
            vacated = apply(() -> {
                metadata.groups().free(group);
                return groups.reclaim().drop(group);
            });
        } finally {
            locks.metadataExclusive().unlock();
            locks.appendExclusive().unlock();
        }
        index.groupDropped(group);
        return vacated;
    }

    private <T> T apply(IoChange<T> change) throws IOException {
        try {
            return change.run();
        } catch (Throwable e) {
            throw latch.failedForGood(e);
        }
    }

    /** A change that may fail. */
    @FunctionalInterface
    private interface IoChange<T> {
        T run() throws IOException;
    }

    /**
     * Checkpoints since the volume was opened; what was changed before the last of them began is durable.
     *
     * @return their number
     */
    public long checkpoints() {
        return checkpointer.checkpoints();
    }

    /**
     * Takes a checkpoint, which makes the moves and releases before it durable.
     *
     * @throws VolumeFullException if there is no room for it; nothing changed
     * @throws IOException if it fails; the volume has then failed
     */
    public void checkpoint() throws IOException {
        checkpointer.checkpoint(false);
    }

    /**
     * Takes a checkpoint and gives back what open groups have allocated ahead. Free pages of the metadata stay: on a full disk
     * nobody could bring them back for the next change.
     *
     * @throws VolumeFullException if there is no room for it
     * @throws IOException if it fails
     */
    public void checkpointAndTrim() throws IOException {
        locks.appendExclusive().lock();
        locks.metadata().still().lock();
        try {
            checkpointer.checkpoint(false);
            try {
                groups.reclaim().trimOpen();
            } catch (IOException e) {
                throw latch.failed(e);
            }
        } finally {
            locks.metadata().still().unlock();
            locks.appendExclusive().unlock();
        }
    }
}
