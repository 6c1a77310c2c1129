package io.github.livededup.engine.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Receives a journal's records, decoded, in the order they were appended. What the methods throw ends the replay and
 * passes on. {@link io.github.livededup.engine.format.JournalRecordType} says what each record means.
 */
public interface JournalRecordVisitor {
    /**
     * A block was appended to an open group.
     *
     * @param address its address
     * @param entry its table entry between position and limit, little-endian; good only during the call
     * @throws IOException if it cannot be applied
     */
    void blockAdded(long address, ByteBuffer entry) throws IOException;

    /**
     * A group was opened.
     *
     * @param group the group
     * @param region its region
     * @throws IOException if it cannot be applied
     */
    void groupOpened(int group, int region) throws IOException;

    /**
     * A group was sealed.
     *
     * @param group the group
     * @param slotCount its slots
     * @param dataEndBytes where its data ends, from the start of the group
     * @param tableOffsetBytes where its table starts, from the start of the group
     * @param tableCrc the CRC32C of its table
     * @throws IOException if it cannot be applied
     */
    void groupSealed(int group, int slotCount, long dataEndBytes, long tableOffsetBytes, int tableCrc)
            throws IOException;

    /**
     * A run of an image's blocks was mapped to a run of slots.
     *
     * @param imageId the image
     * @param firstBlock the first logical block
     * @param count how many
     * @param firstAddress the address of the first; the others follow it slot by slot
     * @throws IOException if it cannot be applied
     */
    void extentMapped(long imageId, long firstBlock, int count, long firstAddress) throws IOException;

    /**
     * A run of an image's blocks became a hole.
     *
     * @param imageId the image
     * @param firstBlock the first logical block
     * @param count how many
     * @throws IOException if it cannot be applied
     */
    void extentUnmapped(long imageId, long firstBlock, long count) throws IOException;

    /**
     * An image was made.
     *
     * @param imageId its id
     * @param name its name
     * @param sizeBytes its size
     * @param flags the flags of {@link io.github.livededup.engine.format.JournalRecordType}, joined
     * @param timeMillis when, in milliseconds since 1970 in UTC
     * @throws IOException if it cannot be applied
     */
    void imageCreated(long imageId, String name, long sizeBytes, int flags, long timeMillis) throws IOException;

    /**
     * An image is to be seen from now on.
     *
     * @param imageId the image
     * @param name its name
     * @throws IOException if it cannot be applied
     */
    void imagePublished(long imageId, String name) throws IOException;

    /**
     * An image got another name.
     *
     * @param imageId the image
     * @param name its new name
     * @throws IOException if it cannot be applied
     */
    void imageRenamed(long imageId, String name) throws IOException;

    /**
     * An image was deleted, with all it mapped.
     *
     * @param imageId the image
     * @throws IOException if it cannot be applied
     */
    void imageDeleted(long imageId) throws IOException;

    /**
     * An image got another size.
     *
     * @param imageId the image
     * @param sizeBytes its new size
     * @throws IOException if it cannot be applied
     */
    void imageResized(long imageId, long sizeBytes) throws IOException;

    /**
     * An image was changed.
     *
     * @param imageId the image
     * @param timeMillis when, in milliseconds since 1970 in UTC
     * @throws IOException if it cannot be applied
     */
    void imageTouched(long imageId, long timeMillis) throws IOException;

    /**
     * Callers of the block store took or gave back references.
     *
     * @param address the block
     * @param delta the change, not 0
     * @throws IOException if it cannot be applied
     */
    void referenceChanged(long address, int delta) throws IOException;

    /**
     * An image was made that shares another's size and map.
     *
     * @param imageId its id
     * @param sourceId the other image
     * @param name its name
     * @param flags the flags of {@link io.github.livededup.engine.format.JournalRecordType}, joined
     * @param timeMillis when, in milliseconds since 1970 in UTC
     * @throws IOException if it cannot be applied
     */
    void imageCloned(long imageId, long sourceId, String name, int flags, long timeMillis) throws IOException;

    /**
     * An image lost its name and is being deleted from now on.
     *
     * @param imageId the image
     * @throws IOException if it cannot be applied
     */
    void imageHidden(long imageId) throws IOException;

    /**
     * The records since the last call are a whole batch.
     *
     * @throws IOException if it cannot be applied
     */
    default void endBatch() throws IOException {}
}
