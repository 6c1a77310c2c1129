package io.github.livededup.engine;

import io.github.livededup.BlockStore;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Fragmentation;
import io.github.livededup.ImageStore;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.engine.check.CheckClock;
import io.github.livededup.engine.check.ScrubTimes;
import io.github.livededup.engine.check.VerifierParts;
import io.github.livededup.engine.check.VolumeVerifier;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.image.EngineImageStore;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.lifecycle.Attempts;
import io.github.livededup.engine.reclaim.Compactor;
import io.github.livededup.engine.store.BlockChanges;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Checkpointer;
import io.github.livededup.engine.store.Committer;
import io.github.livededup.engine.store.EngineBlockStore;
import io.github.livededup.engine.store.GroupChanges;
import io.github.livededup.engine.store.ImageChanges;
import io.github.livededup.engine.store.LiveCounters;
import io.github.livededup.engine.store.LowSpaceWatch;
import io.github.livededup.engine.store.SpaceReclaimer;
import io.github.livededup.engine.store.StoreParts;
import io.github.livededup.engine.store.StoreSettings;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open volume. Closing refuses new calls, waits for those in flight, commits, takes a last checkpoint, closes the index
 * as clean, and releases all parts in reverse order, whatever fails on the way.
 */
final class EngineVolume implements Volume {
    private static final Logger LOG = System.getLogger(EngineVolume.class.getName());
    /** The write buffer is at most this part of a group. */
    private static final int WRITE_BUFFERS_PER_GROUP = 4;
    /** Closing leaves at most so much that only the older superblock slot needs; for more, it takes one more checkpoint. */
    private static final long MOST_LEFT_BYTES = 1 << 20;

    private final Path path;
    private final VolumeDirectory directory;
    private final VolumeFormat format;
    private final boolean readOnly;
    private final StoreParts parts;
    private final Checkpointer checkpointer;
    private final BlockStoreCore store;
    private final EngineBlockStore blocks;
    private final EngineImageStore images;
    private final VolumeFigures figures;
    private final ExecutorService helpers = WorkerThreads.newPool("livededup-worker");
    private final ScrubTimes scrubTimes;
    private final Compactor compactor;
    private final PeriodicThreads threads;
    private final Deque<Closeable> opened;
    private final AtomicBoolean closed = new AtomicBoolean();

    EngineVolume(
            Path path,
            VolumeDirectory directory,
            StoreParts parts,
            LiveCounters live,
            VolumeFormat format,
            VolumeOptions options,
            long maxDirtyBytes,
            Deque<Closeable> opened) {
        this.path = path;
        this.directory = directory;
        this.parts = parts;
        this.format = format;
        this.opened = opened;
        readOnly = options.isReadOnly();
        scrubTimes = new ScrubTimes(
                directory, format.volumeId(), () -> !readOnly && parts.latch().cause() == null);
        StoreSettings settings = settings(format, options);
        checkpointer = new Checkpointer(parts, maxDirtyBytes, settings.fingerprintBytes());
        Committer committer = new Committer(parts, checkpointer);
        BlockChanges changes = new BlockChanges(parts);
        ImageChanges imageChanges = new ImageChanges(parts, committer, live, format.blockSizeBytes());
        GroupChanges groupChanges = new GroupChanges(parts, changes, checkpointer, settings.fingerprintBytes());
        compactor = new Compactor(groupChanges, parts.groups(), parts.description());
        LowSpaceWatch space =
                new LowSpaceWatch(parts.groups(), directory, options.lowSpaceBytes(), options.lowSpaceListener());
        boolean reclaims = options.backgroundCompaction().enabled() && !readOnly;
        SpaceReclaimer reclaimer = reclaims ? compactor::freeDead : SpaceReclaimer.NONE;
        store = new BlockStoreCore(parts, settings, changes, imageChanges, committer, helpers, reclaimer, space);
        blocks = new EngineBlockStore(store, parts.index());
        images = new EngineImageStore(store);
        figures = new VolumeFigures(directory, parts, live, store, committer, checkpointer, compactor, space);
        List<PeriodicThread> periodic = new ArrayList<>();
        if (!readOnly && options.durability() == Durability.INTERVAL) {
            periodic.add(periodic("commit", options.commitInterval(), new IntervalCommitter(store)));
        }
        if (reclaims) {
            periodic.add(periodic(
                    "compact",
                    BackgroundCompactor.INTERVAL,
                    new BackgroundCompactor(compactor, live, parts.guard(), options.backgroundCompaction())));
        }
        threads = new PeriodicThreads(parts.guard(), periodic);
    }

    private PeriodicThread periodic(String name, Duration pause, PeriodicThread.Work work) {
        ThreadFactory factory = WorkerThreads.factory("livededup-" + name);
        return new PeriodicThread(path + ": " + name, pause, parts.guard(), work, factory);
    }

    private static StoreSettings settings(VolumeFormat format, VolumeOptions options) {
        boolean verify = options.verifyDuplicates() || !format.fingerprint().isCryptographic();
        return new StoreSettings(
                format.blockSizeBytes(),
                format.fingerprint(),
                options.compression(),
                options.durability(),
                verify,
                options.isReadOnly(),
                options.workerThreads(),
                writeBufferBytes(format, options));
    }

    /** What is promised must fit in one group; and what is committed at once need not be kept. */
    private static int writeBufferBytes(VolumeFormat format, VolumeOptions options) {
        return options.isReadOnly() || options.durability() == Durability.EVERY_CALL
                ? 0
                : (int) Math.min(options.writeBufferBytes(), format.groupSizeBytes() / WRITE_BUFFERS_PER_GROUP);
    }

    /**
     * Makes the volume ready for calls: images whose import or deletion was cut short are deleted, and a superblock that no longer
     * says "closed" is made durable before anything else is written.
     */
    void start() throws IOException {
        if (!readOnly) {
            // The checkpoint first: it empties the journal, which may be full, and makes what was replayed durable.
            checkpointer.checkpoint(false);
            parts.limit().enforce();
            if (!parts.superblocks().wasDamaged()) {
                parts.groups().reclaim().punchUnowned();
            } // else they may hold what a newer checkpoint than the one gone back to had moved there
            parts.groups().reclaim().recountPunched();
            deleteHiddenImages();
        }
        threads.start();
    }

    private void deleteHiddenImages() throws IOException {
        try {
            store.imageChanges()
                    .deleteHiddenImages(damage -> LOG.log(
                            Level.WARNING, "{0}: what was left half deleted stays: {1}", path, damage.getMessage()));
        } catch (VolumeFullException e) {
            LOG.log(Level.WARNING, "{0}: no room yet to delete what was left half deleted: {1}", path, e.getMessage());
        }
    }

    @Override
    public BlockStore blocks() {
        return blocks;
    }

    @Override
    public ImageStore images() {
        return images;
    }

    @Override
    public void commit() throws IOException {
        try (var call = store.enter()) {
            store.commit();
        }
    }

    @Override
    public VolumeStatistics statistics() throws IOException {
        try (var call = store.enter()) {
            return figures.statistics();
        }
    }

    @Override
    public VerifyReport verify(VerifyOptions options) throws IOException {
        return verify(options, CheckClock.SYSTEM);
    }

    /** Verifies by another clock. */
    VerifyReport verify(VerifyOptions options, CheckClock clock) throws IOException {
        try (var call = store.enter()) {
            VerifierParts verified = new VerifierParts(
                    directory,
                    format,
                    parts.groups(),
                    parts.metadata(),
                    parts.journal(),
                    parts.locks().metadataShared(),
                    scrubTimes,
                    clock);
            int threads = options.threads() == 0 ? store.settings().workerThreads() : options.threads();
            return new VolumeVerifier(verified, options).run(helpers, threads);
        }
    }

    @Override
    public CompactionResult compact(CompactionOptions options) throws IOException {
        try (var call = store.enterForWriting()) {
            store.pendingWrites().storeWhatCanBe();
            store.commitStored();
            return compactor.onDemand(options);
        }
    }

    @Override
    public Fragmentation fragmentation() throws IOException {
        try (var call = store.enter()) {
            store.pendingWrites().storeWhatCanBe();
            return store.fragmentation(store.metadata().imageIds());
        }
    }

    @Override
    public Path directory() {
        return path;
    }

    @Override
    public int blockSizeBytes() {
        return format.blockSizeBytes();
    }

    @Override
    public FingerprintAlgorithm fingerprintAlgorithm() {
        return format.fingerprint();
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public void close() throws IOException {
        parts.guard().requireOutside();
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        threads.stop();
        parts.guard().close();
        Attempts attempts = new Attempts();
        if (!readOnly) {
            finish(attempts);
        }
        attempts.run(store.pendingWrites()::release);
        attempts.run(helpers::shutdown);
        while (!opened.isEmpty()) {
            attempts.run(opened.pop()::close);
        }
        attempts.end();
        LOG.log(Level.DEBUG, "{0}: closed", path);
    }

    private void finish(Attempts attempts) {
        attempts.run(store.pendingWrites()::storeAll); // if that fails, what is stored is still to be kept
        attempts.run(() -> {
            store.closeStreams();
            long generation = checkpointer.checkpoint(true);
            if (parts.metadata().olderBytes() > MOST_LEFT_BYTES) {
                generation = checkpointer.checkpoint(true);
            }
            parts.metadata().trim();
            parts.index().close(generation);
        });
    }
}
