package io.github.livededup;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;

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
     * @throws IOException if the file system refuses
     */
    Image create(String name, long sizeBytes) throws IOException;

    /**
     * Opens an image for reading and writing (reading only if the volume is).
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
     * The images, by name.
     *
     * @return a new list
     * @throws IOException if metadata cannot be read
     */
    List<ImageInfo> list() throws IOException;

    /**
     * What the catalogue knows of an image.
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
     * @throws IOException if the file system refuses
     */
    void rename(String name, String newName) throws IOException;

    /**
     * Deletes an image. Open handles of it fail from then on.
     *
     * @param name its name
     * @return the stored bytes of the blocks that lost their last reference
     * @throws NotFoundException if there is none of that name
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
     * @throws AlreadyExistsException if the name is taken
     * @throws SourceException if the channel fails
     * @throws VolumeFullException if there is no room
     * @throws OperationCancelledException if cancelled or interrupted
     * @throws IOException if the file system refuses
     */
    ImportResult importChannel(ReadableByteChannel channel, String name, TransferOptions options) throws IOException;

    /**
     * Exports an image to a file, sparse where it has holes. It is written beside the target under a temporary name,
     * forced if the options say so, and moved into place at the end.
     *
     * @param name the image's name
     * @param file the target; its parent exists
     * @param options listener, cancellation, and whether an existing target is replaced
     * @return what was done
     * @throws NotFoundException if there is none of that name
     * @throws AlreadyExistsException if the target exists and is not to be replaced
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
     * Figures of an image, exact, by walking its map.
     *
     * @param name its name
     * @return the statistics
     * @throws NotFoundException if there is none of that name
     * @throws IOException if metadata cannot be read
     */
    ImageStatistics statistics(String name) throws IOException;
}
