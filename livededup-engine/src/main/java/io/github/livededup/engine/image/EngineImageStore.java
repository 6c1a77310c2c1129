package io.github.livededup.engine.image;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.ExportResult;
import io.github.livededup.Extent;
import io.github.livededup.Fragmentation;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStatistics;
import io.github.livededup.ImageStore;
import io.github.livededup.ImportResult;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.RewritePolicy;
import io.github.livededup.TransferOptions;
import io.github.livededup.engine.io.disk.TargetFile;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Rewriter;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The image store. {@link #names} is held, as a monitor, by whoever looks up, makes or changes a name; it comes after an
 * image's write lock in the lock order, and is never held for long.
 */
public final class EngineImageStore implements ImageStore {
    private final BlockStoreCore store;
    private final ConcurrentMap<Integer, ImageState> states = new ConcurrentHashMap<>();
    private final WriteBuffers buffers;
    private final Object names = new Object();
    private final Set<String> importing = new HashSet<>();

    /**
     * Makes the store.
     *
     * @param store the block store beneath
     */
    public EngineImageStore(BlockStoreCore store) {
        this.store = store;
        buffers = new WriteBuffers(store, states.values());
        store.pendingWrites(buffers);
    }

    @Override
    public Image create(String name, long sizeBytes) throws IOException {
        ImageNames.check(name);
        ImageWriter.checkSize(sizeBytes);
        try (var call = store.enterForWriting()) {
            store.keepRoom();
            ImageState state;
            synchronized (names) {
                requireFree(name);
                // Here and not later: once it was deleted, its number may be another image's.
                state = stateOf(store.imageChanges().createImage(name, sizeBytes), name);
            }
            store.afterChange();
            return new EngineImage(store, state, false);
        }
    }

    @Override
    public Image open(String name) throws IOException {
        return open(name, store.settings().readOnly());
    }

    @Override
    public Image openReadOnly(String name) throws IOException {
        return open(name, true);
    }

    private Image open(String name, boolean readOnly) throws IOException {
        ImageNames.check(name);
        try (var call = store.enter()) {
            synchronized (names) {
                int id = find(name);
                boolean isSnapshot = store.metadata().imageInfo(id).isSnapshot();
                return new EngineImage(store, stateOf(id, name), readOnly || isSnapshot);
            }
        }
    }

    @Override
    public List<ImageInfo> list() throws IOException {
        try (var call = store.enter()) {
            buffers.storeWhatCanBe();
            return store.metadata().imageInfos().stream()
                    .sorted(Comparator.comparing(ImageInfo::name))
                    .toList();
        }
    }

    @Override
    public ImageInfo info(String name) throws IOException {
        ImageNames.check(name);
        try (var call = store.enter()) {
            WriteBuffers.storeIfCan(stateByName(name));
            synchronized (names) {
                return store.metadata().imageInfo(find(name));
            }
        }
    }

    @Override
    public void rename(String name, String newName) throws IOException {
        ImageNames.check(name);
        ImageNames.check(newName);
        try (var call = store.enterForWriting()) {
            store.keepRoom();
            synchronized (names) {
                int id = find(name);
                if (!name.equals(newName)) {
                    requireFree(newName);
                    store.imageChanges().renameImage(id, newName);
                }
            }
            store.afterChange();
        }
    }

    @Override
    public long replace(String name, String newName) throws IOException {
        ImageNames.check(name);
        ImageNames.check(newName);
        try (var call = store.enterForWriting()) {
            store.keepRoom();
            // Or a crash could leave the one replaced gone and this one without its last writes.
            stateByName(name).flushWrites();
            int goingId = store.metadata().findImage(newName);
            if (goingId != 0) {
                buffers.storeOthers(goingId); // somebody else may have deleted it by now
            }
            int replacedId = renameOver(name, newName);
            long freedBytes = replacedId == 0 ? 0 : store.imageChanges().deleteImage(replacedId);
            store.afterChange();
            return freedBytes;
        }
    }

    /** Renames, and takes the image that has the name out of sight with it; gives its number, 0 if there was none. */
    private int renameOver(String name, String newName) throws IOException {
        while (true) {
            ImageState replaced;
            synchronized (names) {
                int id = find(name);
                int replacedId = store.metadata().findImage(newName);
                if (replacedId == id) {
                    return 0;
                }
                if (replacedId == 0) {
                    requireFree(newName);
                    store.imageChanges().renameImage(id, newName);
                    return 0;
                }
                replaced = stateOf(replacedId, newName);
            }
            replaced.writeLock.lock();
            try {
                synchronized (names) {
                    int id = find(name);
                    if (hasName(replaced, newName)) {
                        store.imageChanges().replaceImage(id, newName, replaced.id);
                        forget(replaced);
                        return replaced.id;
                    }
                }
                // Renamed or deleted meanwhile, as in hide().
            } finally {
                replaced.writeLock.unlock();
            }
        }
    }

    @Override
    public void setModified(String name, Instant modified) throws IOException {
        ImageNames.check(name);
        long millis = ImageTimes.millis(modified);
        try (var call = store.enterForWriting()) {
            store.keepRoom();
            ImageState state = stateByName(name);
            state.writeLock.lock();
            try {
                state.check();
                if (store.metadata().imageInfo(state.id).isSnapshot()) {
                    throw new ReadOnlyException(name, "is a snapshot");
                }
                // Else the time of a write that was made before would be noted after this one.
                state.flushBuffered();
                store.imageChanges().touchImage(state.id, millis);
            } finally {
                state.writeLock.unlock();
            }
            store.afterChange();
        }
    }

    @Override
    public long delete(String name) throws IOException {
        ImageNames.check(name);
        try (var call = store.enterForWriting()) {
            buffers.storeOthers(stateByName(name).id);
            // The steps keep room themselves, and go on where there is none for a checkpoint.
            int id = hide(name);
            long freedBytes = store.imageChanges().deleteImage(id);
            store.afterChange();
            return freedBytes;
        }
    }

    /** Takes an image out of sight, once no write to it is under way. */
    private int hide(String name) throws IOException {
        while (true) {
            ImageState state = stateByName(name);
            state.writeLock.lock();
            try {
                synchronized (names) {
                    if (hasName(state, name)) {
                        store.imageChanges().hideImage(state.id);
                        forget(state);
                        return state.id;
                    }
                }
                // Renamed or deleted meanwhile: whose the name is now, if anybody's, is to be seen anew.
            } finally {
                state.writeLock.unlock();
            }
        }
    }

    /** Whether a name is still an image's. A number may be another image's by now, but not with the same state. */
    private boolean hasName(ImageState state, String name) throws IOException {
        return store.metadata().findImage(name) == state.id && states.get(state.id) == state;
    }

    /**
     * Lets go of a hidden image, before its blocks go: a read that finds the map gone then knows why. Its write lock is
     * held.
     */
    private void forget(ImageState state) {
        state.markDeleted();
        state.dropBuffered(0, Long.MAX_VALUE);
        states.remove(state.id);
    }

    @Override
    public ImportResult importFile(Path file, String name, TransferOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        ImageNames.check(name);
        try (var call = store.enterForWriting();
                var reservation = reserve(name);
                ImportSource source =
                        new FileImportSource(file, store.settings().blockSizeBytes())) {
            return runImport(source, name, options);
        }
    }

    @Override
    public ImportResult importChannel(ReadableByteChannel channel, String name, TransferOptions options)
            throws IOException {
        Objects.requireNonNull(channel, "channel");
        ImageNames.check(name);
        try (var call = store.enterForWriting();
                var reservation = reserve(name);
                ImportSource source = new ChannelImportSource(channel, name)) {
            return runImport(source, name, options);
        }
    }

    private ImportResult runImport(ImportSource source, String name, TransferOptions options) throws IOException {
        ProgressMeter meter =
                new ProgressMeter("import", name, source.totalBytes(), options.listener(), options.cancellation());
        Rewriter rewriter = rewriter(options.rewrite());
        buffers.storeWhatCanBe(); // to find their blocks
        int id = store.imageChanges().createHiddenImage(name);
        Publication publication = new Publication(name);
        try {
            ImportResult result = ImportPipeline.run(store, source, id, name, meter, rewriter);
            ImageWriter.checkSize(result.logicalBytes());
            publication.publish(id, result.logicalBytes());
            store.commitStored();
            meter.finish();
            return result;
        } catch (Throwable e) {
            publication.takeBack(id, e);
            throw e;
        }
    }

    @Override
    public ExportResult exportFile(String name, Path file, TransferOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        ImageNames.check(name);
        try (var call = store.enter()) {
            ImageState state = stateByName(name);
            try (TargetFile target = TargetFile.open(file, options.replaceExisting(), options.durable());
                    ImagePin pin = ImagePin.of(store, state)) {
                long size = pin.sizeBytes();
                ProgressMeter meter =
                        new ProgressMeter("export", name, size, options.listener(), options.cancellation());
                target.resize(size);
                long data = ExportPipeline.toFile(store, pin.imageId(), size, target, meter);
                pin.check();
                meter.finish();
                target.finish();
                return new ExportResult(name, size, data, meter.elapsed());
            }
        }
    }

    @Override
    public ExportResult exportChannel(String name, WritableByteChannel channel, TransferOptions options)
            throws IOException {
        Objects.requireNonNull(channel, "channel");
        ImageNames.check(name);
        try (var call = store.enter()) {
            try (ImagePin pin = ImagePin.of(store, stateByName(name))) {
                long size = pin.sizeBytes();
                ProgressMeter meter =
                        new ProgressMeter("export", name, size, options.listener(), options.cancellation());
                long data = ExportPipeline.toChannel(store, pin.imageId(), size, channel, meter);
                pin.check();
                meter.finish();
                return new ExportResult(name, size, data, meter.elapsed());
            }
        }
    }

    @Override
    public ImageStatistics statistics(String name) throws IOException {
        ImageNames.check(name);
        try (var call = store.enter()) {
            ImageState state = stateByName(name);
            buffers.storeAll(); // what others reference counts too
            ImageStatistics figures = new ImageFigures(store, state.id).compute();
            state.check();
            return figures;
        }
    }

    @Override
    public ImageInfo snapshot(String name, String snapshotName) throws IOException {
        return copy(name, snapshotName, true);
    }

    @Override
    public ImageInfo clone(String name, String cloneName) throws IOException {
        return copy(name, cloneName, false);
    }

    private ImageInfo copy(String name, String newName, boolean snapshot) throws IOException {
        ImageNames.check(name);
        ImageNames.check(newName);
        try (var call = store.enterForWriting()) {
            store.keepRoom();
            ImageState source = stateByName(name);
            ImageInfo info;
            source.writeLock.lock();
            try {
                source.check();
                source.flushBuffered();
                synchronized (names) {
                    requireFree(newName);
                    info = store.metadata().imageInfo(store.imageChanges().cloneImage(source.id, newName, snapshot));
                }
            } finally {
                source.writeLock.unlock();
            }
            store.afterChange();
            return info;
        }
    }

    @Override
    public long exclusiveBytes(String name) throws IOException {
        ImageNames.check(name);
        try (var call = store.enter()) {
            ImageState state = stateByName(name);
            buffers.storeAll(); // what others reference counts too
            long bytes = new ExclusiveBytes(store, state.id).compute();
            state.check();
            return bytes;
        }
    }

    @Override
    public List<Extent> diff(String base, String name, long positionBytes, long lengthBytes) throws IOException {
        ImageNames.check(base);
        ImageNames.check(name);
        requireNotNegative("position", positionBytes);
        requireNotNegative("length", lengthBytes);
        try (var call = store.enter()) {
            ImageState baseState = stateByName(base);
            ImageState state = stateByName(name);
            baseState.flushWrites();
            state.flushWrites();
            List<Extent> extents = new DiffExtents(store, baseState.id, state.id).collect(positionBytes, lengthBytes);
            // Deleted in the meantime: a map may have been another image's.
            baseState.check();
            state.check();
            return List.copyOf(extents);
        }
    }

    @Override
    public DeltaResult exportDelta(
            @Nullable String base, String name, WritableByteChannel channel, DeltaOptions options) throws IOException {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(options, "options");
        ImageNames.check(name);
        if (base != null) {
            ImageNames.check(base);
        }
        try (var call = store.enter();
                ImagePin basePin = base == null ? null : ImagePin.of(store, stateByName(base));
                ImagePin pin = ImagePin.of(store, stateByName(name))) {
            return DeltaImages.send(store, basePin, pin, name, channel, options);
        }
    }

    @Override
    public ImportResult importDelta(
            @Nullable String base, String name, ReadableByteChannel channel, TransferOptions options)
            throws IOException {
        Objects.requireNonNull(channel, "channel");
        ImageNames.check(name);
        if (base != null) {
            ImageNames.check(base);
        }
        try (var call = store.enterForWriting();
                var reservation = reserve(name)) {
            ImageState baseState = base == null ? null : stateByName(base);
            ProgressMeter meter =
                    new ProgressMeter("import delta", name, -1, options.listener(), options.cancellation());
            return DeltaImages.receive(store, baseState, name, channel, meter, new Publication(name));
        }
    }

    @Override
    public Fragmentation fragmentation(String name) throws IOException {
        ImageNames.check(name);
        try (var call = store.enter()) {
            ImageState state = stateByName(name);
            state.flushWrites();
            Fragmentation fragmentation = store.fragmentation(state.id);
            state.check();
            return fragmentation;
        }
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw new InvalidArgumentException(what, value, "0 or more");
        }
    }

    private @Nullable Rewriter rewriter(RewritePolicy policy) throws IOException {
        Optional<String> previous = policy.previousImage();
        if (previous.isEmpty()) {
            return store.rewriter(policy, 0);
        }
        ImageNames.check(previous.get());
        ImageState state = stateByName(previous.get());
        state.flushWrites();
        return store.rewriter(policy, state.id);
    }

    private ImageState stateByName(String name) throws IOException {
        synchronized (names) {
            return stateOf(find(name), name);
        }
    }

    private ImageState stateOf(int id, String name) {
        return states.computeIfAbsent(id, key -> new ImageState(key, name, buffers, store.writeBack()));
    }

    private int find(String name) throws IOException {
        int id = store.metadata().findImage(name);
        if (id == 0) {
            throw new NotFoundException(name, "no image of this name in " + store.description());
        }
        return id;
    }

    private void requireFree(String name) throws IOException {
        if (importing.contains(name) || store.metadata().findImage(name) != 0) {
            throw new AlreadyExistsException(name, "an image of this name is in " + store.description());
        }
    }

    /** Keeps a name for an import, so that a second one fails before it has read anything. */
    private Reservation reserve(String name) throws IOException {
        synchronized (names) {
            requireFree(name);
            importing.add(name);
        }
        return () -> {
            synchronized (names) {
                importing.remove(name);
            }
        };
    }

    /** See {@link DeltaImages.Publisher}; what imports of whole images publish, too. */
    private final class Publication implements DeltaImages.Publisher {
        private final String name;
        private @Nullable ImageState published;

        Publication(String name) {
            this.name = name;
        }

        @Override
        public void publish(int imageId, long sizeBytes) throws IOException {
            synchronized (names) {
                store.imageChanges().publishImage(imageId, name, sizeBytes);
                published = stateOf(imageId, name);
            }
        }

        @Override
        public void takeBack(int imageId, Throwable failure) {
            try {
                if (published != null && !hide(published)) {
                    return;
                }
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
                return;
            }
            store.discardHidden(imageId, failure);
        }

        /** Takes the image out of sight, for those who opened it as well; false if somebody has deleted it already. */
        private boolean hide(ImageState state) throws IOException {
            state.writeLock.lock();
            try {
                synchronized (names) {
                    if (states.get(state.id) != state) {
                        return false;
                    }
                    store.imageChanges().hideImage(state.id);
                    forget(state);
                    return true;
                }
            } finally {
                state.writeLock.unlock();
            }
        }
    }

    private interface Reservation extends AutoCloseable {
        @Override
        void close();
    }
}
