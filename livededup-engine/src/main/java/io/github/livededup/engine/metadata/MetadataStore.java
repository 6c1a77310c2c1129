package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * The metadata of one volume: {@code metadata.dat} and what lives in it.
 *
 * <p>Changing methods need the caller's metadata lock exclusively, reading ones shared, those of {@link #memory} none. A changing method asks for the
 * pages it may need before it changes anything, so a {@link io.github.livededup.VolumeFullException} leaves all as it
 * was; a caller that makes several changes as one asks for all of their pages first, with {@link #reserve}. Any other
 * exception from a changing method leaves the change half made in memory: the caller must stop writing, and what the
 * last checkpoint holds stays intact.
 */
public final class MetadataStore implements Closeable {
    /** The file's name in the volume's directory. */
    public static final String FILE_NAME = "metadata.dat";
    /** What one change of the catalogue, of the group directory or of one reference count may take at most. */
    public static final int SMALL_CHANGE_PAGES = 16;

    /**
     * Kept on top of what is asked for: the first of several changes may make the next ones dearer, and on a full disk
     * there must be pages to delete something with.
     */
    private static final int HEADROOM_PAGES = 128;

    private final PageStore pages;
    private final TreeRoot catalogueRoot;
    private final TreeRoot groupsRoot;
    private final TreeRoot sharedRoot;
    private final Catalogue catalogue;
    private final GroupDirectory groups;
    private final OpenTables openTables;
    private final RetiredSlots retired;
    private final ReferenceCounts references;
    private final PageSharing sharing;
    private final ImageMap maps;
    private final MemoryLookup memory;
    /** Pages that changes promised already will find, whatever others take. */
    private long heldPages;

    private MetadataStore(PageStore pages, MetadataRoots roots, MetadataSettings settings) throws IOException {
        this.pages = pages;
        this.catalogueRoot = new TreeRoot(roots.catalogue(), roots.catalogueHeight());
        this.groupsRoot = new TreeRoot(roots.groups(), roots.groupsHeight());
        this.sharedRoot = new TreeRoot(roots.sharedPages(), roots.sharedPagesHeight());
        PageTree tables = new PageTree(pages, TreeShape.openTable(settings.tableEntryBytes()));
        this.catalogue = new Catalogue(pages, catalogueRoot);
        PageTree retiredTrees = new PageTree(pages, TreeShape.RETIRED);
        this.groups = new GroupDirectory(pages, groupsRoot, tables, retiredTrees);
        this.retired = new RetiredSlots(pages, retiredTrees, groups);
        this.openTables = new OpenTables(pages, tables, groups);
        this.references = new ReferenceCounts(pages, groups, settings.liveness());
        this.sharing = new PageSharing(pages, sharedRoot, references);
        this.maps = new ImageMap(pages, catalogue, sharing, references);
        this.memory = new MemoryLookup(pages, catalogueRoot, groupsRoot);
    }

    /**
     * Creates the file and its durable, empty header page. The first checkpoint makes roots.
     *
     * @param directory the volume's directory
     * @param settings how
     * @return the metadata; the caller closes it
     * @throws io.github.livededup.VolumeFullException if the disk is full
     * @throws IOException if the file exists or cannot be written
     */
    public static MetadataStore create(VolumeDirectory directory, MetadataSettings settings) throws IOException {
        VolumeFile file = directory.open(FILE_NAME, VolumeDirectory.OpenMode.CREATE);
        try {
            PageStore pages = PageStore.create(pageFile(file, settings), settings);
            return new MetadataStore(pages, MetadataRoots.EMPTY, settings);
        } catch (Throwable e) {
            closeAfter(file, e);
            throw e;
        }
    }

    /**
     * Opens the file as a checkpoint left it.
     *
     * @param directory the volume's directory
     * @param roots the checkpoint's roots; {@link MetadataRoots#EMPTY} if there was none
     * @param settings how
     * @return the metadata; the caller closes it
     * @throws io.github.livededup.CorruptionException if the pages read fail their checks
     * @throws IOException if the file cannot be read
     */
    public static MetadataStore open(VolumeDirectory directory, MetadataRoots roots, MetadataSettings settings)
            throws IOException {
        VolumeFile file = directory.open(
                FILE_NAME, settings.readOnly() ? VolumeDirectory.OpenMode.READ : VolumeDirectory.OpenMode.WRITE);
        try {
            return new MetadataStore(PageStore.open(pageFile(file, settings), roots, settings), roots, settings);
        } catch (Throwable e) {
            closeAfter(file, e);
            throw e;
        }
    }

    /**
     * Opens the file as a checkpoint left it, but without its reference counts and its list of free pages: these may be wrong or
     * damaged. {@link #rebuildCounts} makes them anew, before anything else is changed. Until the next checkpoint is durable no page is
     * written that one of the checkpoints named reaches.
     *
     * @param directory the volume's directory
     * @param roots the checkpoint's roots
     * @param others roots of other checkpoints whose pages are to stay until then
     * @param settings how
     * @return the metadata; the caller closes it
     * @throws io.github.livededup.CorruptionException if a page is damaged that cannot be computed anew
     * @throws IOException if the file cannot be read
     */
    public static MetadataStore openWithoutCounts(
            VolumeDirectory directory, MetadataRoots roots, List<MetadataRoots> others, MetadataSettings settings)
            throws IOException {
        VolumeFile file = directory.open(
                FILE_NAME, settings.readOnly() ? VolumeDirectory.OpenMode.READ : VolumeDirectory.OpenMode.WRITE);
        try {
            PageFile pageFile = pageFile(file, settings);
            PageCensus census = PageCensus.take(pageFile, roots, settings.tableEntryBytes());
            if (census.damage() != null) {
                throw census.damage();
            }
            BitSet needed = census.reached();
            BitSet given = census.derived();
            for (MetadataRoots other : others) {
                PageCensus kept = PageCensus.take(pageFile, other, settings.tableEntryBytes());
                given.or(kept.reached());
                given.or(kept.derived());
            }
            MetadataStore store = new MetadataStore(
                    PageStore.open(pageFile, roots, settings, needed, given), roots.withoutCounts(), settings);
            new CountRebuild(store, store.pages, store.sharing).clear();
            return store;
        } catch (Throwable e) {
            closeAfter(file, e);
            throw e;
        }
    }

    /**
     * Counts all references anew, in memory; they become durable with the next checkpoint. The listener of liveness must be ready
     * for the addresses of all groups.
     *
     * @throws io.github.livededup.CorruptionException if a map names a block that is not there
     * @throws io.github.livededup.VolumeFullException if there is no room for the counts
     * @throws IOException if reading fails
     */
    public void rebuildCounts() throws IOException {
        new CountRebuild(this, pages, sharing).run();
    }

    /**
     * The images' names and sizes.
     *
     * @return always the same
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    /**
     * The images' blocks.
     *
     * @return always the same
     */
    public ImageMap maps() {
        return maps;
    }

    /**
     * What can be looked up without a lock.
     *
     * @return always the same
     */
    public MemoryLookup memory() {
        return memory;
    }

    /**
     * The block groups.
     *
     * @return always the same
     */
    public GroupDirectory groups() {
        return groups;
    }

    /**
     * The tables of open groups.
     *
     * @return always the same
     */
    public OpenTables openTables() {
        return openTables;
    }

    /**
     * The slots whose bytes may be gone.
     *
     * @return always the same
     */
    public RetiredSlots retired() {
        return retired;
    }

    /**
     * The blocks' reference counts.
     *
     * @return always the same
     */
    public ReferenceCounts references() {
        return references;
    }

    /**
     * Makes sure that changes and the next checkpoint find pages, so that they cannot fail for want of space.
     *
     * @param pages how many pages the changes may take at most, as the {@code pagesTo…} methods and {@link
     *     #SMALL_CHANGE_PAGES} tell
     * @throws io.github.livededup.VolumeFullException if the file cannot grow by as much; nothing changed
     * @throws IOException if growing fails
     */
    public void reserve(long pages) throws IOException {
        this.pages.reserve(pages + heldPages + HEADROOM_PAGES);
    }

    /**
     * Sets pages aside for changes that are promised and come later: {@link #reserve} and {@link #reserveToFree} leave them.
     *
     * @param pages how many more
     * @throws io.github.livededup.VolumeFullException if the file cannot grow by as much; nothing changed
     * @throws IOException if growing fails
     */
    public void hold(long pages) throws IOException {
        reserve(pages);
        heldPages += pages;
    }

    /**
     * Gives back pages that were set aside.
     *
     * @param pages how many
     */
    public void unhold(long pages) {
        heldPages = Math.max(0, heldPages - pages);
    }

    /**
     * As {@link #reserve}, for a promised change or a checkpoint: they may use all there is.
     *
     * @param pages how many pages the changes may take at most
     * @throws io.github.livededup.VolumeFullException if the file cannot grow by as much; nothing changed
     * @throws IOException if growing fails
     */
    public void reserveHeld(long pages) throws IOException {
        this.pages.reserve(pages);
    }

    /**
     * As {@link #reserve}, for changes that free something: they may use what reserve keeps back for them. Deleting on a
     * full disk takes small steps with a checkpoint after each.
     *
     * @param pages how many pages the changes may take at most
     * @throws io.github.livededup.VolumeFullException if the file cannot grow by as much; nothing changed
     * @throws IOException if growing fails
     */
    public void reserveToFree(long pages) throws IOException {
        this.pages.reserve(pages + heldPages);
    }

    /**
     * The memory that pages changed since the last checkpoint take; the caller makes a checkpoint when it is too much.
     *
     * @return the bytes
     */
    public long dirtyBytes() {
        return (long) pages.dirtyPages() * PageLayout.PAGE_BYTES;
    }

    /**
     * Whether anything changed since the last checkpoint.
     *
     * @return true if so
     */
    public boolean isDirty() {
        return pages.dirtyPages() > 0 || pages.freeSpace().pendingPages() > 0;
    }

    /**
     * Writes the changed pages to their free places and forces the file. The caller makes the roots durable in the
     * superblock and then calls {@link #checkpointDone()}, without a change in between. If this or the superblock fails
     * there is no way on but opening the volume anew; the checkpoint before is intact.
     *
     * @return the new roots
     * @throws io.github.livededup.VolumeFullException if there is no room for the list of free pages; nothing changed
     *     and the call can be made again. Behind {@link #reserveHeld} there is room for it: then the disk was found full by writing
     *     or forcing, which is a failure as any other
     * @throws IOException if writing or forcing fails
     */
    public MetadataRoots checkpoint() throws IOException {
        long[] bitmap = pages.checkpoint();
        return new MetadataRoots(
                pages.generation(),
                pages.freeSpace().endAfterCheckpoint(),
                catalogueRoot.pointer,
                catalogueRoot.height,
                groupsRoot.pointer,
                groupsRoot.height,
                sharedRoot.pointer,
                sharedRoot.height,
                bitmap[0],
                bitmap.length);
    }

    /**
     * Frees the pages that only the checkpoint before the last needed, and cuts a long unused end off the file.
     *
     * @throws IOException if the file cannot be cut
     */
    public void checkpointDone() throws IOException {
        pages.checkpointDone(heldPages);
    }

    /**
     * The space that only the checkpoint before the last needs: {@link #trim} leaves it, and gives it back after one more.
     *
     * @return the bytes
     */
    public long olderBytes() {
        return pages.freeSpace().olderPages() * PageLayout.PAGE_BYTES;
    }

    /**
     * Gives unused space back to the file system, but for {@link #olderBytes}; worth it before closing, right after a checkpoint.
     *
     * @throws IOException if it fails
     */
    public void trim() throws IOException {
        pages.freeSpace().trim();
    }

    /**
     * Figures of the file.
     *
     * @return a new record
     * @throws IOException if the file cannot tell its size
     */
    public MetadataStatistics statistics() throws IOException {
        FreeSpace space = pages.freeSpace();
        return new MetadataStatistics(
                space.usedPages(),
                space.pendingPages(),
                pages.dirtyPages(),
                pages.cleanPages(),
                pages.file().sizePages() * PageLayout.PAGE_BYTES,
                pages.file().allocatedBytes());
    }

    /**
     * Reads every page from the file, checks it, and recomputes what can be recomputed: page references, block
     * references, mapped blocks, free pages. Pages changed since the last checkpoint are taken from memory.
     *
     * @param problems takes what is wrong; called on this thread
     * @param memoryBytes memory for recounting block references; less takes more passes over the maps
     * @return the number of pages read
     * @throws IOException if the file cannot be read at all
     */
    public long verify(ProblemListener problems, long memoryBytes) throws IOException {
        return new MetadataVerifier(this, pages, sharing, problems).verify(memoryBytes);
    }

    /** Closes the file; changes since the last checkpoint are dropped. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        pages.close();
    }

    PageStore pages() {
        return pages;
    }

    private static PageFile pageFile(VolumeFile file, MetadataSettings settings) {
        return new PageFile(file, settings.volumeId().getLeastSignificantBits());
    }

    private static void closeAfter(VolumeFile file, Throwable failure) {
        try {
            file.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
