package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.crashkit.FileChange.Kind;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * Goes through the changes of a {@link RecordedDirectory}, one after the other, and makes directories as a crash at that
 * point leaves them. What was forced is there. Of the other changes a killed process leaves all; a power cut leaves any of
 * them, each page by itself, some of them torn between sectors. A file's force covers its creation, a folder's the names in
 * it. What a failed force was to cover is never durable for certain, whatever is forced later.
 */
public final class PowerCuts {
    private static final int TORN_ONE_IN = 10;

    private final RecordedDirectory recorded;
    private final MemoryDirectory durable;
    private final MemoryDirectory live;
    private final List<Pending> pending = new ArrayList<>();
    private int at;
    private int settled;

    /** A change that is not durable: the how manieth it is, and whether a force may cover it yet. */
    private record Pending(int index, FileChange change, boolean isDoomed) {}

    /**
     * Starts before the first change.
     *
     * @param recorded what was recorded
     */
    public PowerCuts(RecordedDirectory recorded) {
        this.recorded = recorded;
        durable = recorded.start();
        live = recorded.start();
    }

    /**
     * Where this is.
     *
     * @return how many changes were made at this point
     */
    public int at() {
        return at;
    }

    /**
     * Goes on to a later point.
     *
     * @param to how many changes were made there
     * @throws IOException never, as all is in memory
     */
    public void advance(int to) throws IOException {
        for (; at < to; at++) {
            FileChange change = recorded.change(at);
            switch (change.kind()) {
                case FORCE -> settle(change.name(), false);
                case FORCE_FOLDER -> settle(change.name(), true);
                case FORCE_FAILED -> doom(change.name());
                case FAILED -> {
                    // Noted for those who look for it.
                }
                default -> {
                    change.apply(live, null);
                    pending.add(new Pending(at, change, false));
                }
            }
        }
    }

    /**
     * The changes that are not durable yet.
     *
     * @return their number
     */
    public int pending() {
        return pending.size();
    }

    /** How many times something became durable: between two times, the same changes kept make the same directory. */
    int epoch() {
        return settled;
    }

    /** The number, of all changes, of one that is not durable. */
    int index(int pendingChange) {
        return pending.get(pendingChange).index;
    }

    /**
     * Nothing is there but what was forced.
     *
     * @return a new directory
     */
    public MemoryDirectory nothingElse() {
        return durable.copy();
    }

    /**
     * Everything is there: the process was killed.
     *
     * @return a new directory
     */
    public MemoryDirectory everything() {
        return live.copy();
    }

    /**
     * All that was not forced is there but one change.
     *
     * @param missing which, from 0
     * @return a new directory
     * @throws IOException never, as all is in memory
     */
    public MemoryDirectory allBut(int missing) throws IOException {
        BitSet kept = new BitSet();
        kept.set(0, pending.size());
        kept.clear(missing);
        return keeping(kept);
    }

    /**
     * Of what was not forced one change is there.
     *
     * @param kept which, from 0
     * @return a new directory
     * @throws IOException never, as all is in memory
     */
    public MemoryDirectory only(int kept) throws IOException {
        BitSet one = new BitSet();
        one.set(kept);
        return keeping(one);
    }

    /**
     * Of what was not forced some changes are there. A later one without an earlier one is what a disk leaves that reorders
     * them, within a file and between files.
     *
     * @param kept which, from 0
     * @return a new directory
     * @throws IOException never, as all is in memory
     */
    public MemoryDirectory keeping(BitSet kept) throws IOException {
        MemoryDirectory state = durable.copy();
        for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
            pending.get(i).change.apply(state, null);
        }
        return state;
    }

    /**
     * Whatever luck left: some changes, a few of them torn.
     *
     * @param random the luck
     * @return a new directory
     * @throws IOException never, as all is in memory
     */
    public MemoryDirectory any(Random random) throws IOException {
        MemoryDirectory state = durable.copy();
        int percent = random.nextInt(101);
        for (Pending each : pending) {
            if (random.nextInt(100) < percent) {
                each.change.apply(state, random.nextInt(TORN_ONE_IN) == 0 ? random : null);
            }
        }
        return state;
    }

    /**
     * Every page is a mixture: each of its sectors has one of the contents that it had since it was last forced.
     *
     * @param random the luck
     * @return a new directory
     * @throws IOException never, as all is in memory
     */
    public MemoryDirectory mixed(Random random) throws IOException {
        MemoryDirectory state = durable.copy();
        for (Pending each : pending) {
            if (each.change.kind() == Kind.WRITE || random.nextBoolean()) {
                each.change.apply(state, random);
            }
        }
        return state;
    }

    /** Makes durable what a force covers. */
    private void settle(String name, boolean isFolder) throws IOException {
        List<FileChange> covered = new ArrayList<>();
        Iterator<Pending> each = pending.iterator();
        while (each.hasNext()) {
            Pending next = each.next();
            FileChange change = next.change;
            boolean isCovered =
                    isFolder ? change.kind().isNaming() && change.folder().equals(name) : isOf(change, name);
            if (isCovered && !next.isDoomed) {
                change.apply(durable, null);
                covered.add(change);
                each.remove();
                settled = at + 1;
            }
        }
        // What a failed force left undecided cannot come back over what was written and forced since.
        pending.removeIf(old -> old.isDoomed && covered.stream().anyMatch(old.change::isOverwrittenBy));
    }

    private void doom(String name) {
        pending.replaceAll(each -> isOf(each.change, name) && each.change.kind() != Kind.CREATE
                ? new Pending(each.index, each.change, true)
                : each);
    }

    private static boolean isOf(FileChange change, String name) {
        return change.name().equals(name) && change.kind() != Kind.DELETE && change.kind() != Kind.RENAME;
    }
}
