package io.github.livededup.engine.format;

/**
 * The types of the journal's records and their bodies, in order, without gaps. Numbers are little-endian; a time is
 * milliseconds since 1970 in UTC; a name is UTF-8 and reaches to the end of the body. A type that is not listed, or a
 * body of another length, is damage: a later format that adds types has a later version.
 */
public final class JournalRecordType {
    /** A block was appended to an open group: address u64, then its table entry. */
    public static final int BLOCK_ADDED = 1;
    /** A group was opened in a region: group u32, region u32. */
    public static final int GROUP_OPENED = 2;
    /** A group was sealed: group u32, slots u32, end of its data u64, offset of its table u64, CRC32C of the table u32. */
    public static final int GROUP_SEALED = 3;
    /** A run of an image's blocks is now a run of slots of one group: image u64, first block u64, count u32, first address u64. */
    public static final int EXTENT_MAPPED = 4;
    /** A run of an image's blocks is now a hole: image u64, first block u64, count u64. */
    public static final int EXTENT_UNMAPPED = 5;
    /** An image was made, not yet to be seen unless its flags say so: image u64, size u64, time u64, flags u32, name. */
    public static final int IMAGE_CREATED = 6;
    /** An image is to be seen from now on: image u64, name. Replay passes over the name: it keeps its own. */
    public static final int IMAGE_PUBLISHED = 7;
    /** An image has another name: image u64, name. */
    public static final int IMAGE_RENAMED = 8;
    /** An image and all it maps is gone: image u64. */
    public static final int IMAGE_DELETED = 9;
    /** An image has another size, and what it maps in whole blocks behind its new end are holes: image u64, size u64. */
    public static final int IMAGE_RESIZED = 10;
    /** An image was changed at a time: image u64, time u64. */
    public static final int IMAGE_TOUCHED = 11;
    /** References that callers of the block store hold on a block: address u64, change i32. */
    public static final int REFERENCE_CHANGED = 12;
    /**
     * An image was made that shares another's size and map, a snapshot if its flags say so: image u64, the other image
     * u64, time u64, flags u32, name.
     */
    public static final int IMAGE_CLONED = 13;
    /** Not used: {@link #IMAGE_CLONED} tells snapshots by a flag. */
    public static final int IMAGE_SNAPSHOT = 14;
    /** An image has lost its name and is deleted step by step from now on: image u64. */
    public static final int IMAGE_HIDDEN = 16;

    /** Flag of {@link #IMAGE_CREATED} and {@link #IMAGE_CLONED}: the image is visible from the start. */
    public static final int FLAG_VISIBLE = 1;
    /** Flag of {@link #IMAGE_CLONED}: the image is a snapshot. */
    public static final int FLAG_SNAPSHOT = 2;

    private JournalRecordType() {}
}
