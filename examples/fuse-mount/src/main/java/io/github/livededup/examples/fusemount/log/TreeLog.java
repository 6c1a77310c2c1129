package io.github.livededup.examples.fusemount.log;

import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.NotFoundException;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of a tree, in an image. What is appended is durable with the volume's next commit. At every moment at most the last
 * record and the block that it begins in are not in the volume's journal, so that a crash leaves whole records, then none.
 *
 * <p>Not safe for several threads, but for {@link #store}.
 */
public final class TreeLog implements Closeable {
    /** How long a snapshot should be at most: an eighth of the heap, read and made a tree of, fits into the heap. */
    public static final long MAX_SNAPSHOT_BYTES =
            Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 8);

    private static final int CHANGES_A_RECORD = 256;
    private static final long MIN_REWRITE_BYTES = 1 << 20;
    private static final int REWRITE_FACTOR = 4;
    private static final int BUFFER_BYTES = 1 << 16;
    /** What can be read again: an array's length. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - BUFFER_BYTES;
    /** What may follow on a long snapshot. */
    private static final long MAX_REWRITE_BYTES = MAX_SNAPSHOT_BYTES / 4;

    private final ImageStore images;
    private final String name;
    private final int blockBytes;
    private Image image;
    private long endBytes;
    private long snapshotBytes;
    private long sequence;
    /** Whether the last record reaches into a block after the one that it begins in, and may not be stored. */
    private boolean crossed;

    private TreeLog(ImageStore images, String name, int blockBytes, Image image) {
        this.images = images;
        this.name = name;
        this.blockBytes = blockBytes;
        this.image = image;
    }

    /**
     * Reads a log.
     *
     * @param images where it is
     * @param name its image's name
     * @return what it says, or null if there is none
     * @throws TreeDamagedException if it is damaged
     * @throws IOException if it cannot be read
     */
    public static @Nullable Replay read(ImageStore images, String name) throws IOException {
        try (Image image = images.openReadOnly(name)) {
            long size = image.sizeBytes();
            if (size > MAX_BYTES) {
                throw new TreeDamagedException("log: actual=" + size + " expected=less than 2 GiB");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && image.read(bytes, bytes.position()) >= 0) {
                // until the end
            }
            return Replay.of(bytes.array());
        } catch (NotFoundException e) {
            return null;
        }
    }

    /**
     * Opens a log to go on from its valid end.
     *
     * @param images where it is
     * @param name its image's name
     * @param blockBytes the volume's block size
     * @param replay what it says
     * @return the log
     * @throws IOException if it cannot be opened or cut
     */
    public static TreeLog resume(ImageStore images, String name, int blockBytes, Replay replay) throws IOException {
        TreeLog log = new TreeLog(images, name, blockBytes, images.open(name));
        log.endBytes = replay.validBytes();
        log.snapshotBytes = replay.snapshotBytes();
        log.sequence = replay.nextSequence();
        if (log.image.sizeBytes() > log.endBytes) {
            log.image.resize(log.endBytes);
        }
        return log;
    }

    /**
     * Makes a log.
     *
     * @param images where it is to be
     * @param name its image's name, which is free
     * @param blockBytes the volume's block size
     * @param tree what it says
     * @return the log
     * @throws IOException if there is no room
     */
    public static TreeLog create(ImageStore images, String name, int blockBytes, Tree tree) throws IOException {
        TreeLog log = new TreeLog(images, name, blockBytes, images.create(temporary(name), 0));
        try {
            log.writeSnapshot(log.image, tree);
            images.replace(temporary(name), name);
        } catch (IOException | RuntimeException e) {
            log.image.close();
            throw e;
        }
        return log;
    }

    /**
     * The name that a log has while it is written; what a crash leaves under it is worth nothing.
     *
     * @param name the log's name
     * @return the temporary name
     */
    public static String temporary(String name) {
        return name + ".new";
    }

    /**
     * Appends a transaction.
     *
     * @param changes its changes
     * @throws IOException if there is no room, the volume has failed or the log would be too long; the log is as it was
     */
    public void append(List<Change> changes) throws IOException {
        ByteBuffer record = Records.encode(sequence, changes);
        int length = record.remaining();
        if (endBytes + length + BUFFER_BYTES > MAX_BYTES) {
            throw new IOException("log: actual=" + endBytes + " expected=rewritten long before 2 GiB");
        }
        boolean crosses = endBytes / blockBytes != (endBytes + length) / blockBytes;
        // Before, not after: what fails once the record is in the log does not take it out again.
        if (crosses || crossed) {
            store();
            crossed = false;
        }
        // The room ahead holds zeros, which are no record; so does what a failed write leaves, until it is overwritten.
        if (image.sizeBytes() < endBytes + length) {
            image.resize(endBytes + length + BUFFER_BYTES);
        }
        image.write(record, endBytes);
        endBytes += length;
        sequence++;
        crossed = crosses;
    }

    /**
     * Puts everything that was appended before into the volume's journal, in front of what the caller does next: a crash that keeps
     * that keeps this. It waits for no disk.
     *
     * @throws IOException if the volume has failed
     */
    public void store() throws IOException {
        images.info(name); // stores the image's waiting writes, see ImageStore.info
    }

    /**
     * Whether the log has grown so long that it should be rewritten.
     *
     * @return true if so
     */
    public boolean wantsRewrite() {
        long usual = Math.min(MAX_REWRITE_BYTES, REWRITE_FACTOR * snapshotBytes);
        return endBytes - snapshotBytes > Math.max(MIN_REWRITE_BYTES, usual);
    }

    /**
     * Replaces the log by a snapshot. A crash leaves the one or the other.
     *
     * @param tree what the log says
     * @throws IOException if there is no room; the log is as it was
     */
    public void rewrite(Tree tree) throws IOException {
        Image fresh = images.create(temporary(name), 0);
        long oldEnd = endBytes;
        long oldSnapshot = snapshotBytes;
        long oldSequence = sequence;
        try {
            writeSnapshot(fresh, tree);
            images.replace(temporary(name), name);
        } catch (Throwable e) { // such as a lack of memory
            endBytes = oldEnd;
            snapshotBytes = oldSnapshot;
            sequence = oldSequence;
            fresh.close();
            images.delete(temporary(name));
            throw e;
        }
        image.close();
        image = fresh;
    }

    private void writeSnapshot(Image to, Tree tree) throws IOException {
        sequence = 1;
        endBytes = 0;
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        for (List<Change> changes : tree.snapshot(CHANGES_A_RECORD)) {
            buffer.write(Records.encode(sequence, changes).array());
            sequence++;
            if (buffer.size() >= BUFFER_BYTES) {
                appendAll(to, buffer);
            }
        }
        appendAll(to, buffer);
        snapshotBytes = endBytes;
        images.info(to.name());
    }

    private void appendAll(Image to, ByteArrayOutputStream buffer) throws IOException {
        endBytes += buffer.size();
        to.append(ByteBuffer.wrap(buffer.toByteArray()));
        buffer.reset();
    }

    /**
     * The length of the log.
     *
     * @return in bytes
     */
    public long sizeBytes() {
        return endBytes;
    }

    /** Closes the image; what was appended stays. */
    @Override
    public void close() {
        image.close();
    }
}
