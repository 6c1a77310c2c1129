package io.github.livededup;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of a volume, by name. A name is 1 to 255 bytes of UTF-8, without control characters, not "." or "..",
 * and holds no "/". Names are compared exactly.
 *
 * <p>Every method throws {@link VolumeClosedException} if the volume is closed and {@link InvalidArgumentException} if a
 * name breaks that rule; those that change something throw {@link ReadOnlyException} if the volume is open for reading
 * only, and {@link VolumeFailedException} after a failed write.
 *
 * @since 0.1.0
 */
public interface ImageStore {
    /** The largest image: 64 TiB. */
    long MAX_IMAGE_SIZE_BYTES = 64L << 40;

    /**
     * Creates an image that is one hole.
     *
     * @param name its name
     * @param sizeBytes its size, from 0 to {@link #MAX_IMAGE_SIZE_BYTES}
     * @return the image, open for reading and writing; the caller closes it
     * @throws AlreadyExistsException if the name is taken
     * @throws InvalidArgumentException if the size is outside
     * @throws VolumeFullException if there is no room
     * @throws IOException if the file system refuses
     */
    Image create(String name, long sizeBytes) throws IOException;

    /**
     * Takes a snapshot: another name under which the image stays as it is now. It takes the same short time and no space
     * whatever the image's size. A snapshot is an image that cannot be written or resized; it may be read, cloned,
     * renamed, exported and deleted, in any order.
     *
     * @param name the image's, or another snapshot's, name
     * @param snapshotName the snapshot's name
     * @return what the catalogue knows of the snapshot
     * @throws NotFoundException if there is no image of that name
     * @throws AlreadyExistsException if the snapshot's name is taken
     * @throws VolumeFullException if there is no room
     * @throws IOException if the file system refuses
     */
    ImageInfo snapshot(String name, String snapshotName) throws IOException;

    /**
     * Makes a writable image with the present content of another, or of a snapshot. It takes the same short time and no
     * space whatever the image's size; the two share what neither has changed since.
     *
     * @param name the image's or snapshot's name
     * @param cloneName the new image's name
     * @return what the catalogue knows of the clone
     * @throws NotFoundException if there is no image of that name
     * @throws AlreadyExistsException if the clone's name is taken
     * @throws VolumeFullException if there is no room
     * @throws IOException if the file system refuses
     */
    ImageInfo clone(String name, String cloneName) throws IOException;

    /**
     * Opens an image for reading and writing (reading only if the volume is, or it is a snapshot).
     *
     * @param name its name
     * @return the image; the caller closes it
     * @throws NotFoundException if there is none of that name
     * @throws IOException if metadata cannot be read
     */
    Image open(String name) throws IOException;

    /**
     * Opens an image for reading only.
     *
     * @param name its name
     * @return the image; the caller closes it
     * @throws NotFoundException if there is none of that name
     * @throws IOException if metadata cannot be read
     */
    Image openReadOnly(String name) throws IOException;

    /**
     * The images, by name. Writes that wait in memory are stored first, so that the figures count them.
     *
     * @return a new list
     * @throws IOException if metadata cannot be read
     */
    List<ImageInfo> list() throws IOException;

    /**
     * What the catalogue knows of an image. Its writes that wait in memory are stored first.
     *
     * @param name its name
     * @return the information
     * @throws NotFoundException if there is none of that name
     * @throws IOException if metadata cannot be read
     */
    ImageInfo info(String name) throws IOException;

    /**
     * Renames an image; open handles go on working.
     *
     * @param name its name
     * @param newName its new name
     * @throws NotFoundException if there is none of that name
     * @throws AlreadyExistsException if the new name is taken
     * @throws VolumeFullException if there is no room
     * @throws IOException if the file system refuses
     */
    void rename(String name, String newName) throws IOException;

    /**
     * Renames an image over another, which is deleted: whoever looks, also after a crash, finds the one or the other under
     * the name. If nothing has the new name this is {@link #rename}.
     *
     * @param name its name
     * @param newName its new name, and so far that of the image to delete
     * @return the stored bytes of the blocks that lost their last reference
     * @throws NotFoundException if there is none of the first name
     * @throws AlreadyExistsException if an import under way is to have the new name
     * @throws VolumeFullException if there is no room; the new name may be taken over already, and what is left of the image
     *     that had it is then deleted when the volume is next opened
     * @throws IOException if the file system refuses
     */
    long replace(String name, String newName) throws IOException;

    /**
     * Sets when an image was last changed, for one whose content is a copy of something older. The next write sets it
     * again.
     *
     * @param name its name
     * @param modified the time, kept to the millisecond
     * @throws NotFoundException if there is none of that name
     * @throws ReadOnlyException if it is a snapshot, or the volume is open for reading only
     * @throws InvalidArgumentException if the time is before 1970 or cannot be told in milliseconds
     * @throws VolumeFullException if there is no room
     * @throws IOException if the file system refuses
     */
    void setModified(String name, Instant modified) throws IOException;

    /**
     * Deletes an image. Open handles of it fail from then on. A large one is given back in steps, between which others
     * go on; if they are cut short by a crash, opening the volume finishes them.
     *
     * @param name its name
     * @return the stored bytes of the blocks that lost their last reference
     * @throws NotFoundException if there is none of that name
     * @throws VolumeFullException if there is no room; the image may be gone already, and what is left of it is then deleted
     *     when the volume is next opened
     * @throws IOException if the file system refuses
     */
    long delete(String name) throws IOException;

    /**
     * Imports a file as a new image and commits it. Holes of a sparse file are not read. The image becomes visible, whole,
     * at the end; after a failure, nothing of it is.
     *
     * @param file a regular file or block device
     * @param name the new image's name
     * @param options listener and cancellation
     * @return what was done
     * @throws NotFoundException if there is no image of the name that {@link RewritePolicy#newestVersion} was given
     * @throws InvalidArgumentException if there is more than {@link #MAX_IMAGE_SIZE_BYTES}
     * @throws AlreadyExistsException if the name is taken
     * @throws SourceException if the file is absent, a directory, unreadable, or shrinks while it is read
     * @throws VolumeFullException if there is no room
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the file system refuses
     */
    ImportResult importFile(Path file, String name, TransferOptions options) throws IOException;

    /**
     * Imports what a channel gives until its end, as {@link #importFile} does.
     *
     * @param channel read by this call only while it lasts; left open
     * @param name the new image's name
     * @param options listener and cancellation
     * @return what was done
     * @throws NotFoundException if there is no image of the name that {@link RewritePolicy#newestVersion} was given
     * @throws InvalidArgumentException if there is more than {@link #MAX_IMAGE_SIZE_BYTES}
     * @throws AlreadyExistsException if the name is taken
     * @throws SourceException if the channel fails
     * @throws VolumeFullException if there is no room
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the file system refuses
     */
    ImportResult importChannel(ReadableByteChannel channel, String name, TransferOptions options) throws IOException;

    /**
     * Exports an image to a file, sparse where it has holes. It is written beside the target under a temporary name,
     * forced if the options say so, and moved into place at the end. A target that is neither file nor directory, such as
     * a device, is written itself, whether or not an existing target is replaced: an export that fails leaves part of the
     * image there, and what lies behind the image's end stays.
     *
     * @param name the image's name
     * @param file the target; its parent exists
     * @param options listener, cancellation, and whether an existing file is replaced
     * @return what was done
     * @throws NotFoundException if there is none of that name
     * @throws AlreadyExistsException if the target is a file and is not to be replaced, or a directory
     * @throws CorruptionException if a block fails its checksum
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the file system refuses
     */
    ExportResult exportFile(String name, Path file, TransferOptions options) throws IOException;

    /**
     * Writes an image to a channel from beginning to end, holes as zeros.
     *
     * @param name the image's name
     * @param channel receives the bytes; left open
     * @param options listener and cancellation
     * @return what was done
     * @throws NotFoundException if there is none of that name
     * @throws CorruptionException if a block fails its checksum
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the channel or the file system refuses
     */
    ExportResult exportChannel(String name, WritableByteChannel channel, TransferOptions options) throws IOException;

    /**
     * Figures of an image, exact, by walking its map. Its writes that wait in memory are stored first.
     *
     * @param name its name
     * @return the statistics
     * @throws NotFoundException if there is none of that name
     * @throws IOException if metadata cannot be read
     */
    ImageStatistics statistics(String name) throws IOException;

    /**
     * The stored bytes that deleting an image would free: those of blocks that only its own map pages reference. Its map
     * is walked, no other image's.
     *
     * @param name its name
     * @return the bytes {@link #delete} would return, if nothing else changes meanwhile
     * @throws NotFoundException if there is none of that name
     * @throws IOException if metadata cannot be read
     */
    long exclusiveBytes(String name) throws IOException;

    /**
     * The ranges in which two images differ, whole blocks, by comparing their maps: what they share is passed over, so the
     * time is proportional to the difference. Blocks are compared by fingerprint, or by address if the volume's
     * fingerprints prove nothing; what is not in the result is equal for certain.
     *
     * @param base the image to compare with; a snapshot, if a stable answer is wanted while images are written
     * @param name the image that is described
     * @param positionBytes where to start, 0 or more; rounded down to a block
     * @param lengthBytes how far; what lies past the end of {@code name} is left out
     * @return the ranges in order, each all data or all hole in {@code name}, cut off at its end
     * @throws NotFoundException if there is none of a name
     * @throws InvalidArgumentException if position or length is negative
     * @throws IOException if metadata cannot be read
     */
    List<Extent> diff(String base, String name, long positionBytes, long lengthBytes) throws IOException;

    /**
     * Writes what turns one image into another to a channel, in the format of {@code docs/DELTA.md}: changed ranges, and
     * each of their blocks once.
     *
     * @param base the image that the receiver has as well, or null for none, so that the whole image is sent
     * @param name the image to send
     * @param channel receives the stream; left open
     * @param options what the receiver has besides, and who is told
     * @return what was written
     * @throws NotFoundException if there is none of a name
     * @throws CorruptionException if a block fails its checksum
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the channel or the file system refuses
     */
    DeltaResult exportDelta(@Nullable String base, String name, WritableByteChannel channel, DeltaOptions options)
            throws IOException;

    /**
     * Makes an image from a base and a stream of {@link #exportDelta}, and commits it. The image becomes visible, whole, at
     * the end; after a failure, nothing of it is.
     *
     * @param base the base's name in this store, or null if the stream was made without one
     * @param name the new image's name
     * @param channel gives the stream; read to the stream's end only, left open
     * @param options listener and cancellation; {@link TransferOptions#rewrite()} does not count, duplicates are shared
     * @return what was done
     * @throws NotFoundException if there is no base of that name
     * @throws AlreadyExistsException if the name is taken
     * @throws BaseMismatchException if the stream was made with another base, block size or fingerprint, or counts on a
     *     block that this volume has not
     * @throws CorruptionException if the stream is damaged or cut short
     * @throws UnsupportedFormatException if the stream is of a version this library does not know
     * @throws SourceException if the channel fails
     * @throws VolumeFullException if there is no room
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the file system refuses
     */
    ImportResult importDelta(@Nullable String base, String name, ReadableByteChannel channel, TransferOptions options)
            throws IOException;

    /**
     * How scattered an image's blocks lie, by walking its map.
     *
     * @param name its name
     * @return the figures
     * @throws NotFoundException if there is none of that name
     * @throws IOException if metadata cannot be read
     */
    Fragmentation fragmentation(String name) throws IOException;
}
