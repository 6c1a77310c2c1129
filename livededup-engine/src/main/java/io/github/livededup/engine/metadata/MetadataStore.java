package io.github.livededup.engine.metadata;

import io.github.livededup.engine.io.VolumeDirectory;
import java.io.Closeable;
import java.io.IOException;

/**
 * The metadata of one volume: {@code metadata.dat} and what lives in it.
 *
 * <p>Changing methods need the caller's metadata lock exclusively, reading ones shared. A changing method asks for the
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

    private MetadataStore() {}

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
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * The images' names and sizes.
     *
     * @return always the same
     */
    public Catalogue catalogue() {
        throw new UnsupportedOperationException();
    }

    /**
     * The images' blocks.
     *
     * @return always the same
     */
    public ImageMap maps() {
        throw new UnsupportedOperationException();
    }

    /**
     * The block groups.
     *
     * @return always the same
     */
    public GroupDirectory groups() {
        throw new UnsupportedOperationException();
    }

    /**
     * The tables of open groups.
     *
     * @return always the same
     */
    public OpenTables openTables() {
        throw new UnsupportedOperationException();
    }

    /**
     * The blocks' reference counts.
     *
     * @return always the same
     */
    public ReferenceCounts references() {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * The memory that pages changed since the last checkpoint take; the caller makes a checkpoint when it is too much.
     *
     * @return the bytes
     */
    public long dirtyBytes() {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether anything changed since the last checkpoint.
     *
     * @return true if so
     */
    public boolean isDirty() {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes the changed pages to their free places and forces the file. The caller makes the roots durable in the
     * superblock and then calls {@link #checkpointDone()}, without a change in between. If this or the superblock fails
     * there is no way on but opening the volume anew; the checkpoint before is intact.
     *
     * @return the new roots
     * @throws io.github.livededup.VolumeFullException if there is no room for the list of free pages; nothing changed
     *     and the call can be made again
     * @throws IOException if writing or forcing fails
     */
    public MetadataRoots checkpoint() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Frees the pages that only the checkpoint before the last needed, and cuts a long unused end off the file.
     *
     * @throws IOException if the file cannot be cut
     */
    public void checkpointDone() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Gives all unused space back to the file system; worth it before closing, right after a checkpoint.
     *
     * @throws IOException if it fails
     */
    public void trim() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Figures of the file.
     *
     * @return a new record
     * @throws IOException if the file cannot tell its size
     */
    public MetadataStatistics statistics() throws IOException {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /** Closes the file; changes since the last checkpoint are dropped. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
