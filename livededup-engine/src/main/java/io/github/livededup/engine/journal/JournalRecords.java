package io.github.livededup.engine.journal;

import io.github.livededup.engine.format.JournalRecordType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Encodes records into batches and decodes them again; {@link JournalRecordType} gives the bytes, {@link
 * JournalRecordVisitor} the meaning of the parameters.
 */
public final class JournalRecords {
    private JournalRecords() {}

    /**
     * Adds {@link JournalRecordType#BLOCK_ADDED}.
     *
     * @param batch where to
     * @param address the block's address
     * @param table holds its table entry; position and limit stay
     * @param at where the entry starts, absolute
     * @param entryBytes its length
     */
    public static void blockAdded(JournalBatch batch, long address, ByteBuffer table, int at, int entryBytes) {
        batch.begin(JournalRecordType.BLOCK_ADDED)
                .putLong(address)
                .putBytes(table, at, entryBytes)
                .end();
    }

    /**
     * Adds {@link JournalRecordType#GROUP_OPENED}.
     *
     * @param batch where to
     * @param group the group
     * @param region its region
     */
    public static void groupOpened(JournalBatch batch, int group, int region) {
        batch.begin(JournalRecordType.GROUP_OPENED).putInt(group).putInt(region).end();
    }

    /**
     * Adds {@link JournalRecordType#GROUP_SEALED}.
     *
     * @param batch where to
     * @param group the group
     * @param slotCount its slots
     * @param dataEndBytes where its data ends, from the start of the group
     * @param tableOffsetBytes where its table starts, from the start of the group
     * @param tableCrc the CRC32C of its table
     */
    public static void groupSealed(
            JournalBatch batch, int group, int slotCount, long dataEndBytes, long tableOffsetBytes, int tableCrc) {
        batch.begin(JournalRecordType.GROUP_SEALED)
                .putInt(group)
                .putInt(slotCount)
                .putLong(dataEndBytes)
                .putLong(tableOffsetBytes)
                .putInt(tableCrc)
                .end();
    }

    /**
     * Adds {@link JournalRecordType#EXTENT_MAPPED}.
     *
     * @param batch where to
     * @param imageId the image
     * @param firstBlock the first logical block
     * @param count how many
     * @param firstAddress the address of the first
     */
    public static void extentMapped(JournalBatch batch, long imageId, long firstBlock, int count, long firstAddress) {
        batch.begin(JournalRecordType.EXTENT_MAPPED)
                .putLong(imageId)
                .putLong(firstBlock)
                .putInt(count)
                .putLong(firstAddress)
                .end();
    }

    /**
     * Adds {@link JournalRecordType#EXTENT_UNMAPPED}.
     *
     * @param batch where to
     * @param imageId the image
     * @param firstBlock the first logical block
     * @param count how many
     */
    public static void extentUnmapped(JournalBatch batch, long imageId, long firstBlock, long count) {
        batch.begin(JournalRecordType.EXTENT_UNMAPPED)
                .putLong(imageId)
                .putLong(firstBlock)
                .putLong(count)
                .end();
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_CREATED}.
     *
     * @param batch where to
     * @param imageId its id
     * @param name its name
     * @param sizeBytes its size
     * @param flags the flags, joined
     * @param timeMillis when, in milliseconds since 1970 in UTC
     */
    public static void imageCreated(
            JournalBatch batch, long imageId, String name, long sizeBytes, int flags, long timeMillis) {
        batch.begin(JournalRecordType.IMAGE_CREATED)
                .putLong(imageId)
                .putLong(sizeBytes)
                .putLong(timeMillis)
                .putInt(flags);
        endWithName(batch, name);
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_PUBLISHED}.
     *
     * @param batch where to
     * @param imageId the image
     * @param name its name
     */
    public static void imagePublished(JournalBatch batch, long imageId, String name) {
        endWithName(batch.begin(JournalRecordType.IMAGE_PUBLISHED).putLong(imageId), name);
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_RENAMED}.
     *
     * @param batch where to
     * @param imageId the image
     * @param name its new name
     */
    public static void imageRenamed(JournalBatch batch, long imageId, String name) {
        endWithName(batch.begin(JournalRecordType.IMAGE_RENAMED).putLong(imageId), name);
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_DELETED}.
     *
     * @param batch where to
     * @param imageId the image
     */
    public static void imageDeleted(JournalBatch batch, long imageId) {
        batch.begin(JournalRecordType.IMAGE_DELETED).putLong(imageId).end();
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_RESIZED}.
     *
     * @param batch where to
     * @param imageId the image
     * @param sizeBytes its new size
     */
    public static void imageResized(JournalBatch batch, long imageId, long sizeBytes) {
        batch.begin(JournalRecordType.IMAGE_RESIZED)
                .putLong(imageId)
                .putLong(sizeBytes)
                .end();
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_TOUCHED}.
     *
     * @param batch where to
     * @param imageId the image
     * @param timeMillis when, in milliseconds since 1970 in UTC
     */
    public static void imageTouched(JournalBatch batch, long imageId, long timeMillis) {
        batch.begin(JournalRecordType.IMAGE_TOUCHED)
                .putLong(imageId)
                .putLong(timeMillis)
                .end();
    }

    /**
     * Adds {@link JournalRecordType#REFERENCE_CHANGED}.
     *
     * @param batch where to
     * @param address the block
     * @param delta the change
     */
    public static void referenceChanged(JournalBatch batch, long address, int delta) {
        batch.begin(JournalRecordType.REFERENCE_CHANGED)
                .putLong(address)
                .putInt(delta)
                .end();
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_CLONED}.
     *
     * @param batch where to
     * @param imageId the new image's id
     * @param sourceId the image it shares the map of
     * @param name its name
     * @param flags the flags, joined
     * @param timeMillis when, in milliseconds since 1970 in UTC
     */
    public static void imageCloned(
            JournalBatch batch, long imageId, long sourceId, String name, int flags, long timeMillis) {
        batch.begin(JournalRecordType.IMAGE_CLONED)
                .putLong(imageId)
                .putLong(sourceId)
                .putLong(timeMillis)
                .putInt(flags);
        endWithName(batch, name);
    }

    /**
     * Adds {@link JournalRecordType#IMAGE_HIDDEN}.
     *
     * @param batch where to
     * @param imageId the image
     */
    public static void imageHidden(JournalBatch batch, long imageId) {
        batch.begin(JournalRecordType.IMAGE_HIDDEN).putLong(imageId).end();
    }

    /**
     * A visitor that decodes records for another. It throws {@link io.github.livededup.CorruptionException} at a record of
     * unknown type or wrong length, before it tells the other of that record.
     *
     * @param visitor receives the decoded records
     * @param resource the journal, as messages name it
     * @return the visitor to replay with
     */
    public static JournalVisitor decoding(JournalRecordVisitor visitor, String resource) {
        return new JournalRecordDecoder(visitor, resource);
    }

    private static void endWithName(JournalBatch batch, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        batch.putBytes(bytes, 0, bytes.length).end();
    }
}
