package io.github.livededup.engine.format;

import io.github.livededup.CorruptionException;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.format.MetadataRoots.TreeRoot;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The bytes of one of the two superblock slots. All numbers are little-endian. The first 16 bytes are the same in every
 * version, so that a library knows a newer volume as such.
 *
 * <pre>
 *  0     u64       magic {@link #MAGIC}
 *  8     u32       format version of the volume
 *  12    u32       the version, all bits inverted
 *  16    u64 u64   volume id, high and low half
 *  32    u64       generation
 *  40    u64       time of creation, milliseconds since 1970 in UTC
 *  48    u32       features that may be ignored by whoever does not know them
 *  52    u32       features without which the volume cannot be read; none is defined
 *  56    u32       block size in bytes
 *  60    u32       group size in bytes
 *  64    u32       fingerprint: 1 SHA-256, 2 BLAKE3, 3 XXH3-128
 *  68    u32       flags: bit 0, the volume was closed cleanly
 *  72    u64       sequence from which the journal is replayed
 *  80    u64       pages of metadata.dat below which every page in use lies, page 0 included
 *  88    u64       0, reserved
 *  96    root      catalogue: page pointer u64, height u8, 7 bytes 0
 *  112   root      group directory
 *  128   root      reference counts of shared pages
 *  144   u64       pointer to the first page of the free-space list
 *  152   u64       pages of the free-space list
 *  160   ...       0
 *  4092  u32       CRC32C of the bytes before
 * </pre>
 */
public final class SuperblockLayout {
    /** The newest version this library reads, the one it writes. */
    public static final int VERSION = 2;
    /** The oldest version this library reads. */
    public static final int OLDEST_VERSION = 2;
    /** Starts a superblock: "LDEDUPSB". */
    public static final long MAGIC = 0x425350554445444cL;
    /** The size of a slot. */
    public static final int SLOT_BYTES = 4096;
    /** The slots of the file. */
    public static final int SLOT_COUNT = 2;
    /** From one slot to the next: so far that one bad erase block or stripe does not take both. */
    public static final int SLOT_DISTANCE_BYTES = 65536;
    /** The size of the file. */
    public static final int FILE_BYTES = SLOT_DISTANCE_BYTES + SLOT_BYTES;

    /** The most levels of a tree of metadata pages. */
    private static final int MAX_HEIGHT = 7;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    private static final int VERSION_CHECK_OFFSET = VERSION_OFFSET + Integer.BYTES;
    private static final int VOLUME_HIGH_OFFSET = VERSION_CHECK_OFFSET + Integer.BYTES;
    private static final int VOLUME_LOW_OFFSET = VOLUME_HIGH_OFFSET + Long.BYTES;
    private static final int GENERATION_OFFSET = VOLUME_LOW_OFFSET + Long.BYTES;
    private static final int CREATED_OFFSET = GENERATION_OFFSET + Long.BYTES;
    private static final int COMPAT_OFFSET = CREATED_OFFSET + Long.BYTES;
    private static final int INCOMPAT_OFFSET = COMPAT_OFFSET + Integer.BYTES;
    private static final int BLOCK_SIZE_OFFSET = INCOMPAT_OFFSET + Integer.BYTES;
    private static final int GROUP_SIZE_OFFSET = BLOCK_SIZE_OFFSET + Integer.BYTES;
    private static final int FINGERPRINT_OFFSET = GROUP_SIZE_OFFSET + Integer.BYTES;
    private static final int FLAGS_OFFSET = FINGERPRINT_OFFSET + Integer.BYTES;
    private static final int JOURNAL_START_OFFSET = FLAGS_OFFSET + Integer.BYTES;
    private static final int METADATA_PAGES_OFFSET = JOURNAL_START_OFFSET + Long.BYTES;
    private static final int NEXT_IMAGE_OFFSET = METADATA_PAGES_OFFSET + Long.BYTES;
    private static final int CATALOGUE_OFFSET = NEXT_IMAGE_OFFSET + Long.BYTES;
    private static final int ROOT_BYTES = 2 * Long.BYTES;
    private static final int GROUPS_OFFSET = CATALOGUE_OFFSET + ROOT_BYTES;
    private static final int PAGE_COUNTS_OFFSET = GROUPS_OFFSET + ROOT_BYTES;
    private static final int FREE_SPACE_OFFSET = PAGE_COUNTS_OFFSET + ROOT_BYTES;
    private static final int FREE_SPACE_PAGES_OFFSET = FREE_SPACE_OFFSET + Long.BYTES;
    private static final int CRC_OFFSET = SLOT_BYTES - Integer.BYTES;

    private static final int CLEANLY_CLOSED = 1;

    private SuperblockLayout() {}

    /**
     * Writes a superblock.
     *
     * @param superblock what to write
     * @param slot little-endian, {@link #SLOT_BYTES} zeros from index 0; position and limit stay
     */
    public static void write(Superblock superblock, ByteBuffer slot) {
        VolumeFormat format = superblock.format();
        MetadataRoots roots = superblock.roots();
        slot.putLong(MAGIC_OFFSET, MAGIC);
        slot.putInt(VERSION_OFFSET, VERSION);
        slot.putInt(VERSION_CHECK_OFFSET, ~VERSION);
        slot.putLong(VOLUME_HIGH_OFFSET, format.volumeId().getMostSignificantBits());
        slot.putLong(VOLUME_LOW_OFFSET, format.volumeLow());
        slot.putLong(GENERATION_OFFSET, superblock.generation());
        slot.putLong(CREATED_OFFSET, format.createdMillis());
        slot.putInt(COMPAT_OFFSET, superblock.compatFlags());
        slot.putInt(INCOMPAT_OFFSET, 0);
        slot.putInt(BLOCK_SIZE_OFFSET, format.blockSizeBytes());
        slot.putInt(GROUP_SIZE_OFFSET, format.groupSizeBytes());
        slot.putInt(FINGERPRINT_OFFSET, fingerprintNumber(format.fingerprint()));
        slot.putInt(FLAGS_OFFSET, superblock.cleanlyClosed() ? CLEANLY_CLOSED : 0);
        slot.putLong(JOURNAL_START_OFFSET, superblock.journalStart());
        slot.putLong(METADATA_PAGES_OFFSET, roots.metadataPages());
        slot.putLong(NEXT_IMAGE_OFFSET, superblock.nextImageId());
        writeRoot(slot, CATALOGUE_OFFSET, roots.catalogue());
        writeRoot(slot, GROUPS_OFFSET, roots.groups());
        writeRoot(slot, PAGE_COUNTS_OFFSET, roots.pageCounts());
        slot.putLong(FREE_SPACE_OFFSET, roots.freeSpacePointer());
        slot.putLong(FREE_SPACE_PAGES_OFFSET, roots.freeSpacePages());
        slot.putInt(CRC_OFFSET, Checksums.crc32c(slot, 0, CRC_OFFSET));
    }

    /**
     * Whether a slot bears the magic.
     *
     * @param slot the slot, from index 0
     * @return true if so
     */
    public static boolean hasMagic(ByteBuffer slot) {
        return slot.getLong(MAGIC_OFFSET) == MAGIC;
    }

    /**
     * Whether a slot with the magic bears a version of which both copies agree.
     *
     * @param slot the slot, from index 0
     * @return true if so
     */
    public static boolean hasVersion(ByteBuffer slot) {
        return slot.getInt(VERSION_OFFSET) == ~slot.getInt(VERSION_CHECK_OFFSET);
    }

    /**
     * The version of a slot.
     *
     * @param slot the slot, from index 0
     * @return the version
     */
    public static int version(ByteBuffer slot) {
        return slot.getInt(VERSION_OFFSET);
    }

    /**
     * Whether a slot's checksum holds.
     *
     * @param slot the slot, from index 0
     * @return true if so
     */
    public static boolean isIntact(ByteBuffer slot) {
        return slot.getInt(CRC_OFFSET) == Checksums.crc32c(slot, 0, CRC_OFFSET);
    }

    /**
     * The features without which an intact slot cannot be understood.
     *
     * @param slot the slot, from index 0
     * @return a set of bits; this library knows none
     */
    public static int incompatFlags(ByteBuffer slot) {
        return slot.getInt(INCOMPAT_OFFSET);
    }

    /**
     * Reads a slot that is intact and of a version this library knows.
     *
     * @param slot the slot, from index 0
     * @param resource how messages name it
     * @return what it says
     * @throws CorruptionException if it contradicts itself although its checksum holds
     */
    public static Superblock read(ByteBuffer slot, String resource) throws CorruptionException {
        VolumeFormat format = new VolumeFormat(
                new UUID(slot.getLong(VOLUME_HIGH_OFFSET), slot.getLong(VOLUME_LOW_OFFSET)),
                slot.getLong(CREATED_OFFSET),
                slot.getInt(BLOCK_SIZE_OFFSET),
                slot.getInt(GROUP_SIZE_OFFSET),
                fingerprint(slot.getInt(FINGERPRINT_OFFSET), resource));
        MetadataRoots roots = new MetadataRoots(
                readRoot(slot, CATALOGUE_OFFSET),
                readRoot(slot, GROUPS_OFFSET),
                readRoot(slot, PAGE_COUNTS_OFFSET),
                slot.getLong(FREE_SPACE_OFFSET),
                slot.getLong(FREE_SPACE_PAGES_OFFSET),
                slot.getLong(METADATA_PAGES_OFFSET));
        checkFormat(format, resource);
        checkRoots(roots, resource);
        long generation = slot.getLong(GENERATION_OFFSET);
        check(generation > 0, resource, "generation", generation, "above 0");
        return new Superblock(
                format,
                generation,
                roots,
                slot.getLong(JOURNAL_START_OFFSET),
                slot.getLong(NEXT_IMAGE_OFFSET),
                (slot.getInt(FLAGS_OFFSET) & CLEANLY_CLOSED) != 0,
                slot.getInt(COMPAT_OFFSET));
    }

    private static void checkFormat(VolumeFormat format, String resource) throws CorruptionException {
        int block = format.blockSizeBytes();
        boolean isBlock = block >= VolumeOptions.MIN_BLOCK_SIZE_BYTES && block <= VolumeOptions.MAX_BLOCK_SIZE_BYTES;
        check(isBlock && Integer.bitCount(block) == 1, resource, "block size", block, "a power of two, 4 to 64 KiB");
        int group = format.groupSizeBytes();
        boolean isGroup = group >= VolumeOptions.MIN_GROUP_SIZE_BYTES && group <= VolumeOptions.MAX_GROUP_SIZE_BYTES;
        check(isGroup && Integer.bitCount(group) == 1, resource, "group size", group, "a power of two, 1 MiB to 1 GiB");
    }

    private static void checkRoots(MetadataRoots roots, String resource) throws CorruptionException {
        checkRoot(roots.catalogue(), "catalogue", resource);
        checkRoot(roots.groups(), "group directory", resource);
        checkRoot(roots.pageCounts(), "shared pages", resource);
        long bitmap = roots.freeSpacePages();
        check(bitmap >= 0 && bitmap <= Integer.MAX_VALUE, resource, "free-space pages", bitmap, "0 to 2^31-1");
        long pages = roots.metadataPages();
        check(pages >= 0 && pages <= PagePointer.MAX_PAGES, resource, "metadata pages", pages, "0 to 2^40");
    }

    private static void checkRoot(TreeRoot root, String what, String resource) throws CorruptionException {
        boolean isRoot = root.pointer() == 0 || (root.height() >= 1 && root.height() <= MAX_HEIGHT);
        check(isRoot, resource, what + " levels", root.height(), "1 to " + MAX_HEIGHT);
    }

    private static void check(boolean isRight, String resource, String what, long actual, String expected)
            throws CorruptionException {
        if (!isRight) {
            throw new CorruptionException(resource, what + ": actual=" + actual + " expected=" + expected);
        }
    }

    private static void writeRoot(ByteBuffer slot, int at, TreeRoot root) {
        slot.putLong(at, root.pointer());
        slot.put(at + Long.BYTES, (byte) root.height());
    }

    private static TreeRoot readRoot(ByteBuffer slot, int at) {
        return new TreeRoot(slot.getLong(at), Byte.toUnsignedInt(slot.get(at + Long.BYTES)));
    }

    /** The number of an algorithm, from 1. */
    static int fingerprintNumber(FingerprintAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA_256 -> 1;
            case BLAKE3 -> 2;
            case XXH3_128 -> 3;
        };
    }

    private static FingerprintAlgorithm fingerprint(int number, String resource) throws CorruptionException {
        return switch (number) {
            case 1 -> FingerprintAlgorithm.SHA_256;
            case 2 -> FingerprintAlgorithm.BLAKE3;
            case 3 -> FingerprintAlgorithm.XXH3_128;
            default ->
                throw new CorruptionException(resource, "fingerprint algorithm: actual=" + number + " expected=1..3");
        };
    }
}
