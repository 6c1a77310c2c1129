package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.PageLayout;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which pages of the file are free. A page goes from free to used, and back either at once, if the last checkpoint does
 * not know it, or by way of pending: unused from now on, but needed until the next checkpoint is durable. Free pages
 * with the lowest numbers go first, so that the file's end becomes free and can be cut off.
 *
 * <p>A page is handed out only when the file system has reserved its space ("backed"): pages beyond what was ever written
 * and pages whose space was given back are not, and {@link #reserve} sees to them first. The space of pages that only the
 * checkpoint before the last needs is not given back: the older superblock slot names them, and holds if the newer one is damaged.
 * Memory: four bits a page.
 */
final class FreeSpace {
    /** The file grows by at most this, */
    private static final long MAX_STEP_PAGES = 256;
    /** and by at least this. */
    private static final long MIN_STEP_PAGES = 16;
    /** Free runs shorter than this are not worth giving back. */
    private static final long MIN_PUNCH_PAGES = 4;

    private final PageFile file;
    private final SpaceGuard guard;
    private final boolean readOnly;
    private long[] used;
    private long[] pending;
    /** The pages that were pending when the last checkpoint became durable; some may be used again. */
    private long[] older;

    private long[] backed;
    private long capacity;
    private long usedPages;
    private long pendingPages;
    private long readyPages;
    /** No page below this word is free and backed. */
    private int readyHint;
    /** No page below this one is free and not backed. */
    private long backHint;

    /**
     * Makes the state of a file in which only the header page is used.
     *
     * @param file the file
     * @param capacity the pages it has
     * @param guard asked before it grows
     * @param readOnly whether it must not be touched; it then grows in memory only
     */
    FreeSpace(PageFile file, long capacity, SpaceGuard guard, boolean readOnly) {
        this.file = file;
        this.guard = guard;
        this.readOnly = readOnly;
        this.capacity = capacity;
        int words = wordsFor(capacity);
        used = new long[words];
        pending = new long[words];
        older = new long[words];
        backed = new long[words];
        markUsed(0);
    }

    /** Takes a page as used, when opening. */
    boolean markUsed(long page) {
        if (page >= capacity || isSet(used, page)) {
            return false;
        }
        set(used, page);
        set(backed, page);
        usedPages++;
        return true;
    }

    /**
     * Hands out the lowest free page.
     *
     * @return its number
     * @throws IOException if none was reserved and the file cannot grow
     */
    long allocate() throws IOException {
        if (readyPages == 0) {
            reserve(1);
        }
        int word = readyHint;
        long ready = backed[word] & ~used[word];
        while (ready == 0) {
            word++;
            ready = backed[word] & ~used[word];
        }
        readyHint = word;
        long page = (long) word * Long.SIZE + Long.numberOfTrailingZeros(ready);
        set(used, page);
        usedPages++;
        readyPages--;
        return page;
    }

    /** Whether a page is in use. */
    boolean isUsed(long page) {
        return page >= 0 && page < capacity && isSet(used, page);
    }

    /** Frees a page that the last checkpoint does not know. */
    void free(long page) throws CorruptionException {
        checkUsed(page);
        clear(used, page);
        usedPages--;
        readyPages++;
        readyHint = (int) Math.min(readyHint, page / Long.SIZE);
    }

    /** Frees a page as of the next checkpoint. */
    void freeLater(long page) throws CorruptionException {
        checkUsed(page);
        set(pending, page);
        pendingPages++;
    }

    private void checkUsed(long page) throws CorruptionException {
        if (page <= 0 || page >= capacity || !isSet(used, page) || isSet(pending, page)) {
            throw new CorruptionException(
                    file.description() + " page " + page, "state: actual=free expected=in use, it is freed twice");
        }
    }

    /** Frees the pending pages: the checkpoint that does not need them is durable. */
    void releasePending() {
        for (int word = 0; word < pending.length; word++) {
            used[word] &= ~pending[word];
        }
        long[] released = pending;
        pending = older;
        Arrays.fill(pending, 0);
        older = released;
        usedPages -= pendingPages;
        readyPages += pendingPages;
        pendingPages = 0;
        readyHint = 0;
    }

    /**
     * Makes sure that pages can be handed out.
     *
     * @param pages how many
     * @throws VolumeFullException if the file cannot grow by as much
     * @throws IOException if growing fails
     */
    void reserve(long pages) throws IOException {
        while (readyPages < pages) {
            if (!backHole(pages - readyPages)) {
                extend(pages - readyPages);
            }
        }
    }

    /** Has the file system back a run of free pages inside the file; false if there is none. */
    private boolean backHole(long wanted) throws IOException {
        long from = backHint;
        while (from < capacity && (isSet(used, from) || isSet(backed, from))) {
            from = isAllSet(from) ? from + Long.SIZE - from % Long.SIZE : from + 1;
        }
        backHint = from;
        if (from >= capacity) {
            return false;
        }
        try {
            backRun(from, Math.max(wanted, MIN_STEP_PAGES));
        } catch (VolumeFullException e) {
            if (wanted >= MIN_STEP_PAGES) {
                throw e;
            }
            backRun(from, wanted);
        }
        return true;
    }

    /** Has the file system back free pages from one on, as many as lie together, but not more than said. */
    private void backRun(long from, long most) throws IOException {
        long to = from + 1;
        long limit = Math.min(capacity, from + most);
        while (to < limit && !isSet(used, to) && !isSet(backed, to)) {
            to++;
        }
        if (!readOnly) {
            claimHoles(file.holeBytes(from, to - from));
            file.allocate(from, to - from);
        }
        back(from, to);
    }

    /** Asks for what a range takes on top of what the file has: nothing if a process before this one had it backed. */
    private void claimHoles(long bytes) throws IOException {
        if (bytes <= 0) {
            return;
        }
        try {
            guard.claim(bytes);
        } catch (VolumeFullException e) {
            // What was never written may pass for a hole. All of the file together lacks no more than this.
            long most = file.sizePages() * PageLayout.PAGE_BYTES - file.allocatedBytes();
            if (most >= bytes) {
                throw e;
            }
            claimHoles(most);
        }
    }

    private boolean isAllSet(long page) {
        int word = (int) (page / Long.SIZE);
        return page % Long.SIZE == 0 && (used[word] | backed[word]) == -1L;
    }

    private void extend(long wanted) throws IOException {
        long step = Math.max(wanted, stepPages());
        try {
            extendBy(step);
        } catch (VolumeFullException e) {
            if (step == wanted) {
                throw e;
            }
            extendBy(wanted);
        }
    }

    private void extendBy(long pages) throws IOException {
        if (!readOnly) {
            guard.claim(pages * PageLayout.PAGE_BYTES);
            file.allocate(capacity, pages);
        }
        int words = wordsFor(capacity + pages);
        if (words > used.length) {
            int length = Math.max(words, used.length + used.length / 8);
            // All or none: with memory for some only, they would not belong together any more.
            long[] longerUsed = Arrays.copyOf(used, length);
            long[] longerPending = Arrays.copyOf(pending, length);
            long[] longerOlder = Arrays.copyOf(older, length);
            backed = Arrays.copyOf(backed, length);
            used = longerUsed;
            pending = longerPending;
            older = longerOlder;
        }
        capacity += pages;
        back(capacity - pages, capacity);
    }

    /** The pages the file grows by: an eighth of it, within limits, so that little of it lies idle. */
    private long stepPages() {
        return Math.max(MIN_STEP_PAGES, Math.min(MAX_STEP_PAGES, capacity / 8));
    }

    private void back(long from, long to) {
        for (long page = from; page < to; page++) {
            set(backed, page);
        }
        readyPages += to - from;
        readyHint = (int) Math.min(readyHint, from / Long.SIZE);
    }

    /** Cuts the file's unused end off if it is longer than what growing would add again, and enough pages stay ready. */
    void trimTail(long keepReady) throws IOException {
        long end = endOfNeeded() + stepPages();
        if (end + stepPages() < capacity && readyPages - (capacity - end) >= keepReady) {
            cut(end);
        }
    }

    /** Cuts all of the file's unused end off and gives back the space of long unused runs; not what the checkpoint before the last needs. */
    void trim() throws IOException {
        if (readOnly) {
            return;
        }
        cut(endOfNeeded());
        long from = 1;
        while (from < capacity) {
            long to = from;
            while (to < capacity && !isSet(used, to) && !isSet(older, to)) {
                to++;
            }
            if (to - from >= MIN_PUNCH_PAGES && file.punch(from, to - from)) {
                for (long page = from; page < to; page++) {
                    clear(backed, page);
                }
            }
            from = to + 1;
        }
        backHint = 0;
        countReady();
    }

    private void cut(long end) throws IOException {
        if (end < capacity) {
            file.resize(end);
            for (long page = end; page < capacity; page++) {
                clear(backed, page);
            }
            capacity = end;
            countReady();
            backHint = Math.min(backHint, end);
        }
    }

    private void countReady() {
        readyPages = 0;
        for (int word = 0; word < used.length; word++) {
            readyPages += Long.bitCount(backed[word] & ~used[word]);
        }
        readyHint = 0;
    }

    /** The page behind the last one that is used, pending, or needed by the checkpoint before the last. */
    private long endOfNeeded() {
        int word = used.length - 1;
        while ((used[word] | older[word]) == 0) {
            word--;
        }
        return (long) (word + 1) * Long.SIZE - Long.numberOfLeadingZeros(used[word] | older[word]);
    }

    /** The pages that only the checkpoint before the last needs. */
    long olderPages() {
        long pages = 0;
        for (int word = 0; word < used.length; word++) {
            pages += Long.bitCount(older[word] & ~used[word]);
        }
        return pages;
    }

    /** The page behind the last one that is used and not pending. */
    long endAfterCheckpoint() {
        int word = used.length - 1;
        while ((used[word] & ~pending[word]) == 0) {
            word--;
        }
        return (long) (word + 1) * Long.SIZE - Long.numberOfLeadingZeros(used[word] & ~pending[word]);
    }

    /** The pages that are used and not pending, 64 of them; the lowest bit is page {@code word * 64}. */
    long wordAfterCheckpoint(int word) {
        return word < used.length ? used[word] & ~pending[word] : 0;
    }

    long capacityPages() {
        return capacity;
    }

    long usedPages() {
        return usedPages;
    }

    /** The pages that can be handed out without growing the file. */
    long readyPages() {
        return readyPages;
    }

    long pendingPages() {
        return pendingPages;
    }

    private static int wordsFor(long pages) {
        return (int) ((pages + Long.SIZE - 1) / Long.SIZE);
    }

    private static boolean isSet(long[] bits, long page) {
        return (bits[(int) (page / Long.SIZE)] & 1L << page) != 0;
    }

    private static void set(long[] bits, long page) {
        bits[(int) (page / Long.SIZE)] |= 1L << page;
    }

    private static void clear(long[] bits, long page) {
        bits[(int) (page / Long.SIZE)] &= ~(1L << page);
    }
}
