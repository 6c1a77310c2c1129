package io.github.livededup.engine;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CorruptionException;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.NotFoundException;
import io.github.livededup.SettingMismatchException;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.index.IndexSettings;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalOptions;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.lifecycle.Attempts;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.metadata.MetadataRoots;
import io.github.livededup.engine.metadata.MetadataSettings;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import io.github.livededup.engine.recovery.GroupRestorer;
import io.github.livededup.engine.recovery.RecoveryEvent;
import io.github.livededup.engine.recovery.ReplayApplier;
import io.github.livededup.engine.recovery.Roots;
import io.github.livededup.engine.store.LiveCounters;
import io.github.livededup.engine.store.SpaceLimit;
import io.github.livededup.engine.store.StoreGroupTables;
import io.github.livededup.engine.store.StoreParts;
import io.github.livededup.engine.store.VolumeLocks;
import io.github.livededup.engine.util.FlightRecording;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.GroupSettings;
import io.github.livededup.engine.volume.VolumeGeometry;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Opens a volume: superblock, metadata of the last checkpoint, block groups, replay of the journal, index. What was
 * acquired is released in reverse order when a step fails. Before anything else is written the superblock is made durable, since it may have been
 * found in the system's cache only. What the journal replayed is made a checkpoint at once, so that
 * it is not replayed again.
 */
final class VolumeOpener {
    /** The generation of an index that was not closed cleanly: no checkpoint has it. */
    private static final long NOT_CLEAN = 0;

    private static final Logger LOG = System.getLogger(VolumeOpener.class.getName());

    private final VolumeDirectory directory;
    private final VolumeOptions options;
    private final RepairMode mode;
    private final MemoryShares shares;
    private final SpaceLimit limit;
    /** What is open, the newest first. */
    private final Deque<Closeable> opened = new ArrayDeque<>();

    private VolumeOpener(VolumeDirectory directory, VolumeOptions options, RepairMode mode) {
        this.directory = directory;
        this.options = options;
        this.mode = mode;
        shares = MemoryShares.of(options.memoryBudgetBytes());
        limit = new SpaceLimit(
                directory.description(), options.maxPhysicalBytes().orElse(Long.MAX_VALUE));
        limit.suspend();
    }

    /**
     * Opens a volume.
     *
     * @param directory its locked directory; closed with the volume, but not when this fails
     * @param path the path the caller gave
     * @param options the options
     * @return the open volume
     * @throws IOException as {@link io.github.livededup.LiveDedup#open} says
     */
    static Volume open(VolumeDirectory directory, Path path, VolumeOptions options) throws IOException {
        return open(directory, path, options, RepairMode.NONE);
    }

    /** As {@link #open(VolumeDirectory, Path, VolumeOptions)}, with a repair that its first checkpoint makes durable. */
    static Volume open(VolumeDirectory directory, Path path, VolumeOptions options, RepairMode mode)
            throws IOException {
        VolumeOpener opener = new VolumeOpener(directory, options, mode);
        try {
            return opener.open(path);
        } catch (FileSystemException e) {
            opener.releaseAll(e);
            throw wrongFile(e);
        } catch (Throwable e) {
            opener.releaseAll(e);
            throw e;
        }
    }

    /**
     * What to throw if the file system fails: a file that is absent, or of the wrong kind, is damage. That the system refuses, for want of
     * a right or of descriptors, says nothing of what is there.
     */
    static IOException wrongFile(FileSystemException e) {
        boolean isDamage = e instanceof NoSuchFileException
                || e instanceof NotDirectoryException
                || e instanceof FileAlreadyExistsException;
        return isDamage
                ? new CorruptionException(
                        String.valueOf(e.getFile()), "absent or of the wrong kind: " + e.getMessage(), e)
                : e;
    }

    /**
     * Recovers a volume for a repair, in memory, and hands it out before anything is written; it is closed afterwards.
     *
     * @param directory its locked directory
     * @param options options for reading only
     * @param mode what is done otherwise than by an ordinary opening
     * @param visitor takes what was recovered
     * @throws IOException if it cannot be recovered, or what the visitor throws
     */
    static void recover(VolumeDirectory directory, VolumeOptions options, RepairMode mode, RecoveryVisitor visitor)
            throws IOException {
        VolumeOpener opener = new VolumeOpener(directory, options, mode);
        try {
            visitor.visit(opener.recover());
        } catch (FileSystemException e) {
            throw wrongFile(e);
        } finally {
            opener.releaseAll();
        }
    }

    /** Takes a recovered volume. */
    interface RecoveryVisitor {
        /** Looks at it, and changes nothing. */
        void visit(RecoveredVolume volume) throws IOException;
    }

    private RecoveredVolume recover() throws IOException {
        SuperblockFile superblocks = keep(
                mode.olderSuperblock()
                        ? SuperblockFile.openOlder(directory, options.isReadOnly())
                        : SuperblockFile.open(directory, options.isReadOnly()));
        if (superblocks.wasDamaged() && mode.isNone() && !options.isReadOnly()) {
            checkBeforeGoingBack();
        }
        Superblock superblock = superblocks.current();
        VolumeFormat format = superblock.format();
        checkSettings(format);
        if (!options.isReadOnly()) {
            superblocks.confirm();
        }
        boolean wasClean = superblock.cleanlyClosed() && !superblocks.wasDamaged();

        BlockGroups groups = keep(new BlockGroups(openBlocks(), geometry(format), groupSettings()));
        limit.bind(groups::usedBytes);
        groups.reclaim().reserve(limit.reclaimReserveBytes());
        LiveCounters live = new LiveCounters(groups);
        MetadataStore metadata = keep(openMetadata(superblock, metadataSettings(format, live)));
        GroupRestorer.restore(
                metadata, groups, TableEntry.sizeBytes(format.fingerprint().lengthBytes()));
        live.bind(metadata);
        if (mode.rebuildCounts()) {
            metadata.rebuildCounts();
        }
        Journal journal = keep(mode.cutJournal() ? openCutJournal(superblock) : openJournal(superblock, wasClean));
        limit.otherBytes(journal.sizeBytes() + metadata.statistics().allocatedBytes());
        long replayed = replay(journal, metadata, groups, format);
        return new RecoveredVolume(superblocks, wasClean, groups, metadata, live, journal, replayed);
    }

    /**
     * The damaged slot may have been the newest, and groups have moved since the checkpoint of the other: recovers that one for
     * reading only, and refuses it unless all groups are where it has them.
     */
    private void checkBeforeGoingBack() throws IOException {
        VolumeOptions reading = options.toBuilder().readOnly(true).build();
        recover(
                directory,
                reading,
                RepairMode.NONE,
                recovered -> recovered.groups().checkPlaces());
    }

    private MetadataStore openMetadata(Superblock superblock, MetadataSettings settings) throws IOException {
        if (!mode.rebuildCounts()) {
            return MetadataStore.open(directory, Roots.fromFormat(superblock), settings);
        }
        List<MetadataRoots> others = new ArrayList<>();
        for (SuperblockFile.Slot slot : SuperblockFile.slots(directory)) {
            if (slot.superblock() != null) {
                others.add(Roots.fromFormat(slot.superblock()));
            }
        }
        return MetadataStore.openWithoutCounts(directory, Roots.fromFormat(superblock), others, settings);
    }

    /**
     * What can be read of the journal; one that is absent, or no folder, or of which no segment can be read, is made anew. That the system
     * refuses, for want of a right or of descriptors, says nothing of what is there.
     */
    private Journal openCutJournal(Superblock superblock) throws IOException {
        JournalOptions journalOptions = JournalOptions.defaults(
                        superblock.format().volumeId())
                .withReadOnly(options.isReadOnly())
                .withAcceptLoss(true);
        try {
            return Journal.open(directory, journalOptions, superblock.journalStart());
        } catch (CorruptionException | NoSuchFileException | NotDirectoryException e) {
            // Read-only, it is just not there.
            VolumeDirectory place = options.isReadOnly() ? new MemoryDirectory() : directory;
            return VolumeCreator.recreateJournal(place, superblock.format(), options);
        }
    }

    private Volume open(Path path) throws IOException {
        RecoveredVolume recovered = recover();
        Superblock superblock = recovered.superblocks().current();
        VolumeFormat format = superblock.format();
        boolean indexIsCurrent = recovered.wasClean() && recovered.replayed() == 0 && mode.isNone();
        FingerprintIndex index = FingerprintIndex.open(
                directory,
                new IndexSettings(
                        options.indexBackend(),
                        options.isReadOnly(),
                        format.volumeId(),
                        indexIsCurrent ? superblock.generation() : NOT_CLEAN,
                        shares.partitionBytes()),
                new StoreGroupTables(recovered.groups()));
        opened.push(index::close);
        StoreParts parts = new StoreParts(
                directory.description(),
                recovered.groups(),
                recovered.metadata(),
                recovered.journal(),
                recovered.superblocks(),
                index,
                new KeepAlive(directory.description()),
                new FailureLatch(directory.description()),
                new VolumeLocks(),
                limit);
        EngineVolume volume = new EngineVolume(
                path, directory, parts, recovered.live(), format, options, shares.dirtyPageBytes(), opened);
        volume.start();
        opened.addLast(directory);
        return volume;
    }

    private <T extends Closeable> T keep(T part) {
        opened.push(part);
        return part;
    }

    private Journal openJournal(Superblock superblock, boolean wasClean) throws IOException {
        JournalOptions journalOptions = JournalOptions.defaults(
                        superblock.format().volumeId())
                .withReadOnly(options.isReadOnly())
                .withCleanStart(wasClean);
        return Journal.open(directory, journalOptions, superblock.journalStart());
    }

    private long replay(Journal journal, MetadataStore metadata, BlockGroups groups, VolumeFormat format)
            throws IOException {
        RecoveryEvent event = FlightRecording.isOn() ? RecoveryEvent.begun() : null;
        String resource = directory.description() + "/journal";
        ReplayApplier applier = new ReplayApplier(metadata, groups, format.blockSizeBytes(), resource);
        try {
            journal.replay(JournalRecords.decoding(applier, resource));
        } catch (AlreadyExistsException | NotFoundException e) {
            throw contradiction(resource, e);
        } catch (IllegalStateException | IllegalArgumentException | ArithmeticException e) {
            throw contradiction(resource, e);
        }
        if (event != null) {
            event.record(applier.batches());
        }
        if (applier.batches() > 0) {
            LOG.log(
                    Level.INFO,
                    "{0}: recovered {1} batches from the journal",
                    directory.description(),
                    applier.batches());
        }
        return applier.batches();
    }

    /** Records were made by changes that succeeded: one that cannot be made again contradicts the checkpoint. */
    private static CorruptionException contradiction(String resource, Exception e) {
        return new CorruptionException(resource, "a record contradicts what is there: " + e.getMessage(), e);
    }

    private VolumeGeometry geometry(VolumeFormat format) {
        return new VolumeGeometry(
                format.volumeId(),
                format.groupSizeBytes(),
                format.blockSizeBytes(),
                format.fingerprint().lengthBytes());
    }

    private GroupSettings groupSettings() {
        return new GroupSettings(
                options.isReadOnly(),
                shares.residentBytes(),
                GroupSettings.DEFAULT_MAX_OPEN_GROUPS,
                options.maxPhysicalBytes().orElse(Long.MAX_VALUE),
                limit::otherBytes);
    }

    private VolumeFile openBlocks() throws IOException {
        return directory.open(VolumeCreator.BLOCKS_FILE, options.isReadOnly() ? OpenMode.READ : OpenMode.WRITE);
    }

    private MetadataSettings metadataSettings(VolumeFormat format, LiveCounters live) {
        return new MetadataSettings(
                format.volumeId(),
                TableEntry.sizeBytes(format.fingerprint().lengthBytes()),
                shares.pageCacheBytes(),
                options.isReadOnly(),
                live,
                limit);
    }

    private void checkSettings(VolumeFormat format) throws SettingMismatchException {
        check("block size", options.blockSizeBytes().orElse(format.blockSizeBytes()), format.blockSizeBytes());
        check("block-group size", options.groupSizeBytes().orElse(format.groupSizeBytes()), format.groupSizeBytes());
        FingerprintAlgorithm asked = options.fingerprint().orElse(format.fingerprint());
        check("fingerprint", asked, format.fingerprint());
    }

    private void check(String what, Object asked, Object recorded) throws SettingMismatchException {
        if (!asked.equals(recorded)) {
            throw new SettingMismatchException(
                    directory.description(),
                    what + ": actual=" + asked + " expected=" + recorded + " as the volume records");
        }
    }

    private void releaseAll() {
        try {
            closeAll().end();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "{0}: closing failed: {1}", directory.description(), e.getMessage());
        }
    }

    private void releaseAll(Throwable cause) {
        closeAll().endWith(cause);
    }

    private Attempts closeAll() {
        Attempts attempts = new Attempts();
        while (!opened.isEmpty()) {
            attempts.run(opened.pop()::close);
        }
        return attempts;
    }
}
