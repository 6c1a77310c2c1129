package io.github.livededup.examples.fusemount.log;

import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.Cancel;
import io.github.livededup.examples.fusemount.tree.Change.SnapshotEnd;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.util.List;

/**
 * What a log says. It is a snapshot, then transactions. The end may lack what was written last, or be zeros, or half a record: that is
 * what a crash leaves, and cut off. If a whole record follows on what is none, the log is damaged.
 */
public final class Replay {
    private final Tree tree = new Tree();
    private final byte[] bytes;
    private final int end;
    private long sequence = 1;
    private int validBytes;
    private int snapshotBytes;
    private List<Change> last = List.of();

    private Replay(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /**
     * Reads a log.
     *
     * @param bytes its content
     * @return what it says
     * @throws TreeDamagedException if it is damaged
     */
    public static Replay of(byte[] bytes) throws TreeDamagedException {
        Replay replay = new Replay(bytes, bytes.length);
        replay.run();
        return replay;
    }

    private void run() throws TreeDamagedException {
        int length = Records.lengthAt(bytes, 0, end, sequence);
        while (length > 0) {
            accept(Records.decode(bytes, validBytes, length));
            validBytes += length;
            sequence++;
            if (snapshotBytes == 0 && isSnapshotEnd(last)) {
                snapshotBytes = validBytes;
            }
            length = Records.lengthAt(bytes, validBytes, end, sequence);
        }
        apply();
        if (snapshotBytes == 0 || !tree.hasRoot()) {
            throw new TreeDamagedException("snapshot: actual=ends at " + validBytes + " expected=whole");
        }
        checkTail();
    }

    /** A transaction is applied when the next one is known, which may cancel it. */
    private void accept(List<Change> changes) throws TreeDamagedException {
        if (changes.size() == 1 && changes.get(0) instanceof Cancel) {
            last = List.of();
        } else {
            apply();
            last = changes;
        }
    }

    private void apply() throws TreeDamagedException {
        try {
            tree.apply(last);
        } catch (IllegalArgumentException e) {
            throw new TreeDamagedException("record " + (sequence - 1) + ": " + e.getMessage());
        }
    }

    private static boolean isSnapshotEnd(List<Change> changes) {
        return changes.size() == 1 && changes.get(0) instanceof SnapshotEnd;
    }

    /** After what was lost in a crash there is no later record. */
    private void checkTail() throws TreeDamagedException {
        for (int at = validBytes + 1; at <= end - Records.HEADER_BYTES; at++) {
            long found = Records.sequenceAt(bytes, at, end);
            if (found >= sequence && Records.lengthAt(bytes, at, end, found) > 0) {
                throw new TreeDamagedException("record " + sequence + " at " + validBytes + ": actual=damaged, record "
                        + found + " follows at " + at + " expected=whole");
            }
        }
    }

    /**
     * The tree.
     *
     * @return as the last transaction left it
     */
    public Tree tree() {
        return tree;
    }

    /**
     * The last transaction: its images may not have been created or renamed yet.
     *
     * @return its changes; none if it was cancelled
     */
    public List<Change> last() {
        return last;
    }

    /**
     * Where the next record belongs.
     *
     * @return the length of what is valid, in bytes
     */
    public long validBytes() {
        return validBytes;
    }

    /**
     * The length of the snapshot at the beginning.
     *
     * @return in bytes
     */
    public long snapshotBytes() {
        return snapshotBytes;
    }

    /**
     * The next record's number.
     *
     * @return one more than the last one's
     */
    public long nextSequence() {
        return sequence;
    }
}
