package io.github.livededup.engine.store;

import io.github.livededup.CorruptionException;
import io.github.livededup.Durability;
import io.github.livededup.Fragmentation;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.RewritePolicy;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinters;
import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.StoredBlock;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the layers above see of an open volume: the steps of the data path, maps and catalogue under their lock, and the
 * life-cycle guard. Safe for use by many threads.
 */
public final class BlockStoreCore {
    private final StoreParts parts;
    private final StoreSettings settings;
    private final MetadataReader metadata;
    private final BlockGroups groups;
    private final Executor helpers;
    private final BlockReader reader;
    private final BlockLookup lookup;
    private final BlockPreparer preparer;
    private final BlockHealer healer;
    private final BlockChanges changes;
    private final ImageChanges imageChanges;
    private final Committer committer;
    private final WorkspacePool workspaces;
    private final PreparationHelper preparationHelper;
    private final BatchWriter batches;
    private final WriteBack writeBack;
    private final Call call;
    private volatile PendingWrites pending = PendingWrites.NONE;

    /**
     * Joins the parts.
     *
     * @param parts the parts, recovered and ready
     * @param settings how
     * @param changes the volume's changes of blocks
     * @param imageChanges the volume's changes of images
     * @param committer the volume's commits
     * @param helpers runs the workers of pipelines; must start what it is given at once
     * @param reclaimer asked for room when there is none
     * @param space looks at the room after changes
     */
    public BlockStoreCore(
            StoreParts parts,
            StoreSettings settings,
            BlockChanges changes,
            ImageChanges imageChanges,
            Committer committer,
            Executor helpers,
            SpaceReclaimer reclaimer,
            LowSpaceWatch space) {
        this.parts = parts;
        this.settings = settings;
        this.changes = changes;
        this.imageChanges = imageChanges;
        this.committer = committer;
        this.helpers = helpers;
        metadata = new MetadataReader(parts.metadata(), parts.locks());
        groups = parts.groups();
        reader = new BlockReader(groups, settings.blockSizeBytes());
        lookup = new BlockLookup(groups, parts.index());
        preparer = new BlockPreparer(parts.index(), reader, settings.verifyDuplicates());
        healer = new BlockHealer(groups, reader, parts.latch(), settings.blockSizeBytes());
        BlockSettler settler = new BlockSettler(parts.index(), preparer, reader, healer);
        Fingerprinters fingerprinters = Fingerprinters.of(settings.fingerprint());
        BlockCodec codec = BlockCodec.of(settings.compression());
        workspaces = new WorkspacePool(
                settings.workerThreads() * 2 + 4,
                () -> new Workspace(
                        fingerprinters.newFingerprinter(),
                        codec,
                        new StoredBlock(),
                        settings.blockSizeBytes(),
                        settings.fingerprintBytes()));
        WriteStreams streams = new WriteStreams(this::openStream);
        batches = new BatchWriter(parts.locks(), settler, changes, committer, reclaimer, space, streams);
        preparationHelper = new PreparationHelper(settings.workerThreads() > 1 ? helpers : null, workspaces);
        writeBack = new WriteBack(
                parts,
                changes,
                committer,
                settler,
                openStream(),
                metadata,
                settings.writeBufferBytes() / settings.blockSizeBytes());
        call = new Call(parts.guard());
    }

    /** A call in flight: closing it lets the volume close. */
    public static final class Call implements AutoCloseable {
        private final KeepAlive guard;

        private Call(KeepAlive guard) {
            this.guard = guard;
        }

        @Override
        public void close() {
            guard.exit();
        }
    }

    /**
     * Enters a call: the volume stays open until it is closed.
     *
     * @return always the same object; close it once
     * @throws io.github.livededup.VolumeClosedException if the volume is closed
     */
    public Call enter() throws IOException {
        parts.guard().enter();
        return call;
    }

    /** Leaves a call that was entered. */
    public void exit() {
        parts.guard().exit();
    }

    /**
     * Enters a call that changes something.
     *
     * @return always the same object; close it once
     * @throws ReadOnlyException if the volume is open for reading only
     * @throws io.github.livededup.VolumeFailedException if it takes no more changes
     * @throws io.github.livededup.VolumeClosedException if the volume is closed
     */
    public Call enterForWriting() throws IOException {
        parts.guard().enter();
        try {
            if (settings.readOnly()) {
                throw new ReadOnlyException(parts.description(), "the volume is open for reading only");
            }
            parts.latch().check();
        } catch (IOException e) {
            parts.guard().exit();
            throw e;
        }
        return call;
    }

    /**
     * Begins a stretch of reading: to be called before addresses are taken from a map, and ended when their blocks are
     * read. Compaction waits for it, so it must be short.
     *
     * @return the ticket for {@link #exitRead}
     * @throws io.github.livededup.VolumeClosedException if the volume is closed
     */
    public int enterRead() throws IOException {
        return groups.enter();
    }

    /**
     * Ends a stretch of reading.
     *
     * @param ticket what {@link #enterRead} returned
     */
    public void exitRead(int ticket) {
        groups.leave(ticket);
    }

    /**
     * Prepares a part of a run of blocks in another thread.
     *
     * @return always the same
     */
    public PreparationHelper preparationHelper() {
        return preparationHelper;
    }

    /**
     * Stores prepared batches.
     *
     * @return always the same
     */
    public BatchWriter batches() {
        return batches;
    }

    /**
     * Makes what carries out a rewrite policy in one import.
     *
     * @param policy the policy
     * @param previousImageId the last version's number, if the policy names one
     * @return null if nothing is ever stored anew
     * @throws IOException if the last version's map cannot be read
     */
    public @Nullable Rewriter rewriter(RewritePolicy policy, int previousImageId) throws IOException {
        return Rewriter.of(policy, previousImageId, metadata, groups);
    }

    /**
     * Opens a stream of new blocks with an open group of its own.
     *
     * @return the stream; the caller closes it
     */
    public AppendStream openStream() {
        return new AppendStream(parts, changes, settings.fingerprintBytes());
    }

    /**
     * Names who keeps writes in memory; before anything is written.
     *
     * @param writes asked to store them before each commit
     */
    public void pendingWrites(PendingWrites writes) {
        pending = writes;
    }

    /**
     * The writes that are kept in memory.
     *
     * @return who keeps them
     */
    public PendingWrites pendingWrites() {
        return pending;
    }

    /** Gives back the open groups of all streams that stay open with the volume; nothing is written any more. */
    public void closeStreams() {
        batches.close();
        writeBack.close();
    }

    /**
     * Stores blocks later than they were accepted.
     *
     * @return always the same
     */
    public WriteBack writeBack() {
        return writeBack;
    }

    /**
     * To be called after a change, without any lock: commits if every call is to be durable.
     *
     * @throws IOException if that fails
     */
    public void afterChange() throws IOException {
        if (settings.durability() == Durability.EVERY_CALL) {
            commit();
        }
    }

    /**
     * Makes everything done before durable, writes kept in memory included. To be called without any lock.
     *
     * @throws IOException as {@link Committer#commit} says, or if such a write cannot be stored; all the rest is durable then
     */
    public void commit() throws IOException {
        commitUnawaited();
        groups.writeAhead();
    }

    /**
     * As {@link #commit}, if nobody waits for it: the next one is not made quicker.
     *
     * @throws IOException as there
     */
    public void commitUnawaited() throws IOException {
        if (settings.readOnly()) {
            return;
        }
        try {
            pending.storeAll();
        } catch (IOException | RuntimeException | Error e) {
            commitAfter(e);
            throw e;
        }
        committer.commit();
    }

    private void commitAfter(Throwable failure) {
        try {
            committer.commit();
        } catch (IOException | RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Makes everything durable that is stored; what is kept in memory stays there.
     *
     * @throws IOException as {@link Committer#commit} says
     */
    public void commitStored() throws IOException {
        if (!settings.readOnly()) {
            committer.commit();
            groups.writeAhead();
        }
    }

    /**
     * Takes a checkpoint if it is time. To be called without any lock.
     *
     * @throws IOException if it fails
     */
    public void keepRoom() throws IOException {
        committer.keepRoom();
    }

    /**
     * Deletes a hidden image after its import failed; what goes wrong is added to the failure.
     *
     * @param imageId the image
     * @param failure why the import failed
     */
    public void discardHidden(int imageId, Throwable failure) {
        try {
            imageChanges.deleteImage(imageId);
        } catch (IOException | RuntimeException e) {
            // The next open deletes hidden images.
            failure.addSuppressed(e);
        }
    }

    /**
     * Reads maps, catalogue and reference counts.
     *
     * @return always the same
     */
    public MetadataReader metadata() {
        return metadata;
    }

    /**
     * Makes what reads ahead of one reader of an image.
     *
     * @param imageId the image
     * @return a new object
     */
    public ReadAhead readAhead(int imageId) {
        return new ReadAhead(metadata, groups, imageId);
    }

    /**
     * Damaged blocks that were repaired by writes of the same content since the volume was opened.
     *
     * @return their number
     */
    public long healedBlocks() {
        return healer.healedBlocks();
    }

    /**
     * How scattered the blocks of images lie, together.
     *
     * @param imageIds the images; those that are gone count nothing
     * @return the figures
     * @throws IOException if metadata cannot be read
     */
    public Fragmentation fragmentation(int... imageIds) throws IOException {
        ExtentCounter counter = new ExtentCounter();
        PlaceWalk walk = new PlaceWalk(metadata, groups);
        for (int imageId : imageIds) {
            counter.startImage();
            try {
                walk.walk(imageId, counter);
            } catch (NotFoundException e) {
                // It was deleted meanwhile: what was counted is as good as any moment's figure.
            }
        }
        return counter.fragmentation(settings.blockSizeBytes());
    }

    /**
     * The stored size of a block.
     *
     * @param address the block
     * @return the size in bytes
     * @throws CorruptionException if its table entry is damaged
     * @throws IOException if it cannot be read
     */
    public int storedBytes(long address) throws IOException {
        return groups.storedBytes(address);
    }

    /**
     * The blocks of a group, dead ones too.
     *
     * @param group the group
     * @return their number, 0 if there is no such group
     */
    public int slotCount(int group) {
        return groups.slotCount(group);
    }

    /** The volume's changes of blocks. */
    BlockChanges blockChanges() {
        return changes;
    }

    /**
     * The volume's changes of images.
     *
     * @return always the same
     */
    public ImageChanges imageChanges() {
        return imageChanges;
    }

    /**
     * The parallel part of storing.
     *
     * @return always the same
     */
    public BlockPreparer preparer() {
        return preparer;
    }

    /**
     * Reads blocks.
     *
     * @return always the same
     */
    public BlockReader reader() {
        return reader;
    }

    /**
     * Finds blocks by fingerprint, and fingerprints by address.
     *
     * @return always the same
     */
    public BlockLookup lookup() {
        return lookup;
    }

    /**
     * Tools for threads.
     *
     * @return always the same
     */
    public WorkspacePool workspaces() {
        return workspaces;
    }

    /**
     * Runs the workers of pipelines.
     *
     * @return always the same
     */
    public Executor helpers() {
        return helpers;
    }

    /**
     * How the volume is set.
     *
     * @return the settings
     */
    public StoreSettings settings() {
        return settings;
    }

    /**
     * The volume as messages name it.
     *
     * @return its path
     */
    public String description() {
        return parts.description();
    }
}
