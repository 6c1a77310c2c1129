package io.github.livededup.engine.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An image in the catalogue; its record's number is the image's. A record of zeros is no image.
 *
 * <pre>
 *  0    u8   state: 1 published, 2 hidden
 *  1    u8   flags: bit 0, it is a snapshot; bit 1, it is being deleted
 *  2    u8   levels of pages of the map
 *  3    u8   bytes of the name, from 1
 *  4    u32  number of the image it was taken from as a snapshot or clone, or 0
 *  8    u64  pointer to the root page of the map
 *  16   u64  size in bytes
 *  24   u64  mapped blocks; 0 while it is being deleted
 *  32   u64  created, milliseconds since 1970
 *  40   u64  changed, milliseconds since 1970
 *  48        the name, UTF-8, at most 255 bytes
 *  303       zeros
 * </pre>
 */
public final class CatalogueRecord {
    /** The size of a record. */
    public static final int BYTES = 508;
    /** The longest name, in bytes. */
    public static final int MAX_NAME_BYTES = 255;
    /** No image. */
    public static final int STATE_NONE = 0;
    /** The image has its place among the names. */
    public static final int STATE_PUBLISHED = 1;
    /** The image is being made or deleted. */
    public static final int STATE_HIDDEN = 2;

    /** Flag: the image is a snapshot, which never changes. */
    public static final int FLAG_SNAPSHOT = 1;
    /** Flag: the image is being deleted; it is hidden, and its mapped blocks are not counted any more. */
    public static final int FLAG_DELETING = 2;

    private static final int STATE_OFFSET = 0;
    private static final int FLAGS_OFFSET = 1;
    private static final int HEIGHT_OFFSET = 2;
    private static final int NAME_LENGTH_OFFSET = 3;
    private static final int ORIGIN_OFFSET = 4;
    private static final int ROOT_OFFSET = 8;
    private static final int SIZE_OFFSET = ROOT_OFFSET + Long.BYTES;
    private static final int MAPPED_OFFSET = SIZE_OFFSET + Long.BYTES;
    private static final int CREATED_OFFSET = MAPPED_OFFSET + Long.BYTES;
    private static final int MODIFIED_OFFSET = CREATED_OFFSET + Long.BYTES;
    private static final int NAME_OFFSET = MODIFIED_OFFSET + Long.BYTES;

    private CatalogueRecord() {}

    /**
     * The state.
     *
     * @param page holds the record
     * @param at where it starts
     * @return one of the states
     */
    public static int state(byte[] page, int at) {
        return page[at + STATE_OFFSET];
    }

    /**
     * Sets the state.
     *
     * @param page holds the record
     * @param at where it starts
     * @param state one of the states
     */
    public static void putState(byte[] page, int at, int state) {
        page[at + STATE_OFFSET] = (byte) state;
    }

    /**
     * The flags.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the flags, joined
     */
    public static int flags(byte[] page, int at) {
        return page[at + FLAGS_OFFSET];
    }

    /**
     * Sets the flags.
     *
     * @param page holds the record
     * @param at where it starts
     * @param flags the flags, joined
     */
    public static void putFlags(byte[] page, int at, int flags) {
        page[at + FLAGS_OFFSET] = (byte) flags;
    }

    /**
     * The length of the name.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the bytes, 0 to 255
     */
    public static int nameBytes(byte[] page, int at) {
        return Byte.toUnsignedInt(page[at + NAME_LENGTH_OFFSET]);
    }

    /**
     * The image it was taken from.
     *
     * @param page holds the record
     * @param at where it starts
     * @return that image's number, 0 if there is none
     */
    public static int origin(byte[] page, int at) {
        return Bytes.intAt(page, at + ORIGIN_OFFSET);
    }

    /**
     * Sets the image it was taken from.
     *
     * @param page holds the record
     * @param at where it starts
     * @param origin that image's number
     */
    public static void putOrigin(byte[] page, int at, int origin) {
        Bytes.putInt(page, at + ORIGIN_OFFSET, origin);
    }

    /**
     * The map's root page.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the pointer
     */
    public static long root(byte[] page, int at) {
        return Bytes.longAt(page, at + ROOT_OFFSET);
    }

    /**
     * The map's levels of pages.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the levels
     */
    public static int height(byte[] page, int at) {
        return page[at + HEIGHT_OFFSET];
    }

    /**
     * Sets where the map starts.
     *
     * @param page holds the record
     * @param at where it starts
     * @param root pointer to the root page
     * @param height levels of pages
     */
    public static void putRoot(byte[] page, int at, long root, int height) {
        Bytes.putLong(page, at + ROOT_OFFSET, root);
        page[at + HEIGHT_OFFSET] = (byte) height;
    }

    /**
     * The size.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the bytes
     */
    public static long sizeBytes(byte[] page, int at) {
        return Bytes.longAt(page, at + SIZE_OFFSET);
    }

    /**
     * Sets the size.
     *
     * @param page holds the record
     * @param at where it starts
     * @param sizeBytes the bytes
     */
    public static void putSizeBytes(byte[] page, int at, long sizeBytes) {
        Bytes.putLong(page, at + SIZE_OFFSET, sizeBytes);
    }

    /**
     * The mapped blocks.
     *
     * @param page holds the record
     * @param at where it starts
     * @return their number
     */
    public static long mappedBlocks(byte[] page, int at) {
        return Bytes.longAt(page, at + MAPPED_OFFSET);
    }

    /**
     * Sets the mapped blocks.
     *
     * @param page holds the record
     * @param at where it starts
     * @param mappedBlocks their number
     */
    public static void putMappedBlocks(byte[] page, int at, long mappedBlocks) {
        Bytes.putLong(page, at + MAPPED_OFFSET, mappedBlocks);
    }

    /**
     * When it was created.
     *
     * @param page holds the record
     * @param at where it starts
     * @return milliseconds since 1970
     */
    public static long createdMillis(byte[] page, int at) {
        return Bytes.longAt(page, at + CREATED_OFFSET);
    }

    /**
     * Sets when it was created.
     *
     * @param page holds the record
     * @param at where it starts
     * @param millis milliseconds since 1970
     */
    public static void putCreatedMillis(byte[] page, int at, long millis) {
        Bytes.putLong(page, at + CREATED_OFFSET, millis);
    }

    /**
     * When it was changed.
     *
     * @param page holds the record
     * @param at where it starts
     * @return milliseconds since 1970
     */
    public static long modifiedMillis(byte[] page, int at) {
        return Bytes.longAt(page, at + MODIFIED_OFFSET);
    }

    /**
     * Sets when it was changed.
     *
     * @param page holds the record
     * @param at where it starts
     * @param millis milliseconds since 1970
     */
    public static void putModifiedMillis(byte[] page, int at, long millis) {
        Bytes.putLong(page, at + MODIFIED_OFFSET, millis);
    }

    /**
     * The name.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the name
     */
    public static String name(byte[] page, int at) {
        int length = Byte.toUnsignedInt(page[at + NAME_LENGTH_OFFSET]);
        return new String(page, at + NAME_OFFSET, length, StandardCharsets.UTF_8);
    }

    /**
     * Sets the name.
     *
     * @param page holds the record
     * @param at where it starts
     * @param name its UTF-8 bytes, from 1 to 255
     */
    public static void putName(byte[] page, int at, byte[] name) {
        page[at + NAME_LENGTH_OFFSET] = (byte) name.length;
        System.arraycopy(name, 0, page, at + NAME_OFFSET, name.length);
        Arrays.fill(page, at + NAME_OFFSET + name.length, at + NAME_OFFSET + MAX_NAME_BYTES, (byte) 0);
    }
}
