package io.github.livededup.engine.index;

import io.github.livededup.IndexBackend;
import io.github.livededup.IndexStatistics;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.IndexMarkerLayout;
import io.github.livededup.engine.index.CleanMarker.Entry;
import io.github.livededup.engine.io.VolumeDirectory;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds blocks by their fingerprints. Safe for use by many threads.
 *
 * <p>The caller keeps puts of equal fingerprints apart: between {@link #find} and {@link #add} of a fingerprint no
 * other thread may find or add it.
 *
 * <p>A lookup goes from cheap to dear: the slot after the stream's last hit; the filter, which names groups; the group's
 * partition, which names slots and is brought in if it is not in memory, unless the group's tags rule it out; and always the
 * group's own table, which decides.
 * No lock is held while a table is asked for a match. While a partition is filled from its table, those who need this
 * partition wait.
 */
public final class FingerprintIndex implements AutoCloseable {
    private final VolumeDirectory directory;
    private final IndexSettings settings;
    private final GroupTables tables;
    private final IndexBackend backend;
    private final FingerprintFilter filter;
    private final FilterRebuild rebuild;
    private final IndexCounters counters = new IndexCounters();
    private final PartitionLoader loader;
    private final PartitionCache partitions;
    private final TagFiles tags;

    /** The partition files of a volume that is only read, which nobody opens. */
    private final long untouchedBytes;

    /** Whether the filter is complete, so that nobody needs to ask the rebuild. */
    private volatile boolean ready;

    private boolean closed;

    private FingerprintIndex(
            VolumeDirectory directory,
            IndexSettings settings,
            GroupTables tables,
            IndexBackend backend,
            List<Entry> files,
            TagFiles tags,
            @Nullable FingerprintFilter snapshot) {
        this.directory = directory;
        this.settings = settings;
        this.tables = tables;
        this.backend = backend;
        this.filter = snapshot == null ? FilterRebuild.emptyFilter(tables) : snapshot;
        this.tags = tags;
        this.rebuild =
                new FilterRebuild(directory.description(), tables, filter, tags, settings.partitionBudgetBytes());
        this.ready = snapshot != null;
        this.loader = new PartitionLoader(
                tables,
                counters,
                backend == IndexBackend.CHRONICLE_MAP ? new PartitionFiles(directory, files) : null,
                settings.backend() == IndexBackend.CHRONICLE_MAP,
                tags,
                settings.partitionBudgetBytes());
        this.partitions = loader.cache();
        this.untouchedBytes =
                settings.readOnly() ? files.stream().mapToLong(Entry::sizeBytes).sum() : 0;
    }

    /**
     * Opens the index in the folder {@code index/} of a volume. Without a clean close of the same generation, what is
     * there is deleted and the filter is rebuilt in the background from the tables.
     *
     * @param directory the volume's directory
     * @param settings how
     * @param tables the truth
     * @return the index; the caller closes it
     * @throws io.github.livededup.IndexBackendUnavailableException if Chronicle Map is asked for by name and this JVM
     *     cannot run it
     * @throws IOException if the folder cannot be written
     */
    public static FingerprintIndex open(VolumeDirectory directory, IndexSettings settings, GroupTables tables)
            throws IOException {
        IndexBackend backend = BackendChoice.choose(directory, settings);
        Optional<List<Entry>> marker = CleanMarker.read(directory, settings.volumeId(), settings.generation());
        FingerprintFilter snapshot =
                marker.isEmpty() ? null : FilterSnapshot.read(directory, settings.volumeId(), settings.generation());
        List<Entry> files = marker.orElse(List.of());
        TagFiles tags = new TagFiles(directory, settings.readOnly());
        boolean opened = false;
        try {
            if (marker.isPresent()) {
                tags.believe(tables);
            }
            if (!settings.readOnly()) {
                claimFolder(directory, backend == IndexBackend.CHRONICLE_MAP ? files : List.of(), tags);
            }
            FingerprintIndex index = new FingerprintIndex(directory, settings, tables, backend, files, tags, snapshot);
            if (!index.ready && !settings.readOnly()) {
                index.rebuild.start(); // a reader may never need it
            }
            opened = true;
            return index;
        } finally {
            if (!opened && snapshot != null) {
                snapshot.close();
            }
        }
    }

    /** From here on a crash leaves no marker, so nothing in the folder is believed; then deletes what is not known. */
    private static void claimFolder(VolumeDirectory directory, List<Entry> files, TagFiles tags) throws IOException {
        directory.createFolder(IndexFiles.FOLDER);
        directory.delete(IndexFiles.MARKER);
        directory.force(IndexFiles.FOLDER);
        Set<String> known = new HashSet<>();
        files.forEach(entry -> known.add(IndexFiles.partition(entry.group())));
        for (String name : directory.list(IndexFiles.FOLDER)) {
            String path = IndexFiles.FOLDER + "/" + name;
            if (!known.contains(path) && !tags.has(IndexFiles.groupOfTags(name))) {
                IndexFiles.deleteQuietly(directory, path);
            }
        }
    }

    /**
     * Finds a block. Waits while the filter is being rebuilt.
     *
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @param cursor the stream's cursor; moved to the hit
     * @return the address of a usable block with this fingerprint, or {@link BlockAddress#HOLE}
     * @throws IOException if a table cannot be read
     */
    public long find(byte[] fingerprint, int from, LookupCursor cursor) throws IOException {
        long neighbour = cursor.neighbour();
        if (neighbour != BlockAddress.HOLE && tables.matches(neighbour, fingerprint, from)) {
            counters.neighbourHits.increment();
            cursor.lastHit(neighbour);
            return neighbour;
        }
        long address = findElsewhere(fingerprint, from, cursor);
        if (address != BlockAddress.HOLE) {
            cursor.lastHit(address);
        }
        return address;
    }

    /**
     * Finds blocks one after the other as {@link #find} does, with the same outcome. Those that are not beside the last hit
     * are looked for in the filter together, so that their places in memory are waited for together.
     *
     * @param fingerprints holds the fingerprints
     * @param batch tells where they start, and receives the addresses
     * @param cursor the stream's cursor; moved to the last hit
     * @throws IOException if a table cannot be read
     */
    public void findAll(byte[] fingerprints, LookupBatch batch, LookupCursor cursor) throws IOException {
        int done = 0;
        while (done < batch.count()) {
            int end = batch.follow(fingerprints, done, tables, cursor);
            if (batch.openCount() > 1 && ready) {
                batch.ask(filter);
            }
            done = findOpen(fingerprints, batch, done, end, cursor);
        }
    }

    /** Finds what no neighbour served, up to the first that is there: the next block's neighbour is another then. */
    private int findOpen(byte[] fingerprints, LookupBatch batch, int from, int to, LookupCursor cursor)
            throws IOException {
        int openCount = batch.openCount();
        int ruledOut = 0;
        for (int i = 0; i < openCount; i++) {
            int open = batch.open(i);
            batch.address(open, BlockAddress.HOLE);
            if (!batch.mayBeThere(i)) {
                ruledOut++;
                continue;
            }
            long address = findElsewhere(fingerprints, batch.start(open), cursor);
            batch.address(open, address);
            if (address != BlockAddress.HOLE) {
                counters.neighbourHits.add(open - from - i);
                counters.misses.add(ruledOut);
                cursor.jumped(address);
                return open + 1;
            }
        }
        counters.neighbourHits.add(to - from - openCount);
        counters.misses.add(ruledOut);
        batch.proceed(from, to, cursor);
        return to;
    }

    private long findElsewhere(byte[] fingerprint, int from, LookupCursor cursor) throws IOException {
        awaitReady();
        long hash = FingerprintKeys.hash(fingerprint, from);
        int[] groups = cursor.groups();
        int candidates = filter.candidates(hash, groups);
        while (candidates > groups.length) {
            groups = cursor.groups(candidates);
            candidates = filter.candidates(hash, groups);
        }
        for (int i = 0; i < candidates; i++) {
            long address = findIn(groups[i], fingerprint, from, cursor);
            if (address != BlockAddress.HOLE) {
                return address;
            }
            counters.falseCandidates.increment();
        }
        counters.misses.increment();
        return BlockAddress.HOLE;
    }

    private long findIn(int group, byte[] fingerprint, int from, LookupCursor cursor) throws IOException {
        long key = FingerprintKeys.key(fingerprint, from);
        boolean broughtIn = false;
        int attempt = 0;
        while (true) {
            Resident resident = partitions.peek(group);
            if (resident == null) {
                if (tables.isSealed(group) && !tags.mayHold(group, key, cursor.tagPage())) {
                    return BlockAddress.HOLE;
                }
                resident = partitions.load(group);
                broughtIn = true;
            }
            int slot = resident.slot(key, attempt);
            if (slot == Resident.CLOSED) {
                Thread.onSpinWait(); // it is just being taken out
                continue;
            }
            if (slot == Partition.NONE) {
                return BlockAddress.HOLE;
            }
            long address = BlockAddress.of(group, slot);
            if (tables.matches(address, fingerprint, from)) {
                (broughtIn ? counters.prefetchedHits : counters.residentHits).increment();
                return address;
            }
            attempt++;
        }
    }

    /**
     * Adds a block, after its group's table has it. Waits while the filter is being rebuilt.
     *
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @param address the block's address, in an open group
     * @throws IOException if the group's table cannot be read
     */
    public void add(byte[] fingerprint, int from, long address) throws IOException {
        awaitReady();
        int group = BlockAddress.group(address);
        // The partition first: what the filter names, lookups must find.
        partitions.add(group, FingerprintKeys.key(fingerprint, from), BlockAddress.slot(address));
        filter.add(FingerprintKeys.hash(fingerprint, from), group);
    }

    /**
     * Takes a block out, before its slot becomes unusable. Waits while the filter is being rebuilt.
     *
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @param address the block's address
     * @throws IOException if the rebuild of the filter failed
     */
    public void remove(byte[] fingerprint, int from, long address) throws IOException {
        awaitReady();
        filter.remove(FingerprintKeys.hash(fingerprint, from), BlockAddress.group(address));
    }

    /**
     * Tells that a group was sealed; its partition is persisted in the background.
     *
     * @param group its number
     */
    public void groupSealed(int group) {
        tags.forget(group); // of a former group of this number
        PartitionFiles files = loader.files();
        if (files != null) {
            files.forget(group);
        }
        partitions.unpin(group);
        loader.persist(group);
    }

    /**
     * Tells that a group is gone, after each of its blocks was taken out.
     *
     * @param group its number, which is not used again while this index is open
     */
    public void groupDropped(int group) {
        partitions.drop(group);
        tags.forget(group);
        PartitionFiles files = loader.files();
        if (files != null) {
            files.forget(group);
        }
    }

    /**
     * Waits until a background rebuild of the filter is done.
     *
     * @throws IOException if it failed
     */
    public void awaitReady() throws IOException {
        if (!ready) {
            rebuild.await();
            ready = true;
        }
    }

    /**
     * How fingerprints were found since the index was opened.
     *
     * @return the numbers now
     */
    public IndexStatistics statistics() {
        return new IndexStatistics(
                backend(),
                counters.neighbourHits.sum(),
                counters.residentHits.sum(),
                counters.prefetchedHits.sum(),
                counters.misses.sum(),
                counters.falseCandidates.sum(),
                counters.opened.sum(),
                counters.rebuilt.sum(),
                partitions.residents(),
                filter.size());
    }

    /**
     * What holds the partitions of sealed groups. An index that is open for reading only has them in memory, and tells
     * what a writer would get.
     *
     * @return {@link IndexBackend#CHRONICLE_MAP} or {@link IndexBackend#BUILT_IN}
     */
    public IndexBackend backend() {
        if (settings.readOnly()) {
            return BackendChoice.ofWriters(directory, settings.backend());
        }
        return backend == IndexBackend.CHRONICLE_MAP && loader.files() == null ? IndexBackend.BUILT_IN : backend;
    }

    /**
     * The bytes that the index takes on disk when it is closed: the partition and tag files there are now, the filter and
     * the marker.
     *
     * @return the bytes
     */
    public long bytesOnDisk() {
        PartitionFiles files = loader.files();
        return (files == null ? untouchedBytes : files.sizeBytes())
                + tags.sizeBytes(tables)
                + filter.memoryBytes()
                + IndexMarkerLayout.sizeBytes(0);
    }

    /**
     * The memory of the filter.
     *
     * @return the bytes
     */
    public long filterBytes() {
        return filter.memoryBytes();
    }

    /**
     * The memory of the partitions, mapped files included.
     *
     * @return the bytes
     */
    public long partitionBytes() {
        return partitions.residentBytes();
    }

    /**
     * Closes cleanly, after every other use: what is in {@code index/} is used again when the volume is opened with
     * this generation. If the filter is still being rebuilt, it is the same as {@link #close()}.
     *
     * @param generation the volume's last generation
     * @throws IOException if writing fails; the index is closed all the same, and rebuilt at the next open
     */
    public synchronized void close(long generation) throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        rebuild.stop();
        loader.close();
        try {
            if (!settings.readOnly() && (ready || rebuild.isDone()) && !rebuild.hasLeftOut()) {
                PartitionFiles files = loader.files();
                List<Entry> entries = files == null ? List.of() : files.force(tables.groups());
                FilterSnapshot.write(filter, directory, settings.volumeId(), generation);
                CleanMarker.write(directory, settings.volumeId(), generation, entries);
            }
        } finally {
            filter.close();
        }
    }

    /** Closes without a trace, after every other use: the next open rebuilds. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            rebuild.stop();
            loader.close();
            filter.close();
        }
    }
}
