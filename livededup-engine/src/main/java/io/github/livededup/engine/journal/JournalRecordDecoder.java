package io.github.livededup.engine.journal;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.JournalRecordType;
import io.github.livededup.engine.format.TableEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes records; see {@link JournalRecords#decoding}. */
final class JournalRecordDecoder implements JournalVisitor {
    private final JournalRecordVisitor visitor;
    private final String resource;

    JournalRecordDecoder(JournalRecordVisitor visitor, String resource) {
        this.visitor = visitor;
        this.resource = resource;
    }

    @Override
    public void record(int type, ByteBuffer body) throws IOException {
        checkLength(type, body.remaining());
        switch (type) {
            case JournalRecordType.BLOCK_ADDED -> visitor.blockAdded(body.getLong(), body);
            case JournalRecordType.GROUP_OPENED -> visitor.groupOpened(body.getInt(), body.getInt());
            case JournalRecordType.GROUP_SEALED ->
                visitor.groupSealed(body.getInt(), body.getInt(), body.getLong(), body.getLong(), body.getInt());
            case JournalRecordType.EXTENT_MAPPED ->
                visitor.extentMapped(body.getLong(), body.getLong(), body.getInt(), body.getLong());
            case JournalRecordType.EXTENT_UNMAPPED ->
                visitor.extentUnmapped(body.getLong(), body.getLong(), body.getLong());
            case JournalRecordType.IMAGE_CREATED -> imageCreated(body);
            case JournalRecordType.IMAGE_PUBLISHED -> visitor.imagePublished(body.getLong(), name(body));
            case JournalRecordType.IMAGE_RENAMED -> visitor.imageRenamed(body.getLong(), name(body));
            case JournalRecordType.IMAGE_DELETED -> visitor.imageDeleted(body.getLong());
            case JournalRecordType.IMAGE_RESIZED -> visitor.imageResized(body.getLong(), body.getLong());
            case JournalRecordType.IMAGE_TOUCHED -> visitor.imageTouched(body.getLong(), body.getLong());
            case JournalRecordType.REFERENCE_CHANGED -> visitor.referenceChanged(body.getLong(), body.getInt());
            case JournalRecordType.IMAGE_CLONED -> imageCloned(body);
            case JournalRecordType.IMAGE_HIDDEN -> visitor.imageHidden(body.getLong());
            default -> throw unknown(type);
        }
    }

    private CorruptionException unknown(int type) {
        return new CorruptionException(resource, "record type: actual=" + type + " expected=1..13 or 16");
    }

    @Override
    public void endBatch() throws IOException {
        visitor.endBatch();
    }

    private void imageCreated(ByteBuffer body) throws IOException {
        long imageId = body.getLong();
        long sizeBytes = body.getLong();
        long timeMillis = body.getLong();
        int flags = body.getInt();
        visitor.imageCreated(imageId, name(body), sizeBytes, flags, timeMillis);
    }

    private void imageCloned(ByteBuffer body) throws IOException {
        long imageId = body.getLong();
        long sourceId = body.getLong();
        long timeMillis = body.getLong();
        int flags = body.getInt();
        visitor.imageCloned(imageId, sourceId, name(body), flags, timeMillis);
    }

    private String name(ByteBuffer body) throws CorruptionException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(body).toString();
        } catch (CharacterCodingException e) {
            throw new CorruptionException(resource, "name in a record: not UTF-8", e);
        }
    }

    private void checkLength(int type, int bodyBytes) throws CorruptionException {
        int fixed = fixedBytes(type);
        boolean isRight = switch (type) {
            case JournalRecordType.BLOCK_ADDED -> bodyBytes > fixed + TableEntry.TAIL_BYTES;
            case JournalRecordType.IMAGE_CREATED,
                    JournalRecordType.IMAGE_PUBLISHED,
                    JournalRecordType.IMAGE_RENAMED,
                    JournalRecordType.IMAGE_CLONED -> bodyBytes >= fixed;
            default -> bodyBytes == fixed;
        };
        if (!isRight) {
            throw new CorruptionException(
                    resource, "body of a record of type " + type + ": actual=" + bodyBytes + " expected=" + fixed);
        }
    }

    private int fixedBytes(int type) throws CorruptionException {
        return switch (type) {
            case JournalRecordType.BLOCK_ADDED,
                    JournalRecordType.GROUP_OPENED,
                    JournalRecordType.IMAGE_PUBLISHED,
                    JournalRecordType.IMAGE_RENAMED,
                    JournalRecordType.IMAGE_DELETED,
                    JournalRecordType.IMAGE_HIDDEN -> Long.BYTES;
            case JournalRecordType.REFERENCE_CHANGED -> Long.BYTES + Integer.BYTES;
            case JournalRecordType.IMAGE_RESIZED, JournalRecordType.IMAGE_TOUCHED -> 2 * Long.BYTES;
            case JournalRecordType.EXTENT_UNMAPPED -> 3 * Long.BYTES;
            case JournalRecordType.EXTENT_MAPPED, JournalRecordType.IMAGE_CREATED, JournalRecordType.IMAGE_CLONED ->
                3 * Long.BYTES + Integer.BYTES;
            case JournalRecordType.GROUP_SEALED -> 2 * Long.BYTES + 3 * Integer.BYTES;
            default -> throw unknown(type);
        };
    }
}
