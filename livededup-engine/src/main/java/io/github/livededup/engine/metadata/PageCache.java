package io.github.livededup.engine.metadata;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Pages in memory by number: dirty ones all, clean ones as many as the budget allows, the least recently used leave
 * first (a clock).
 *
 * <p>Threads: {@link #find} and {@link #addClean} by any number of them at once; the others only while no other thread
 * calls anything but {@link #find}, which the store's metadata lock sees to. Buckets are chains that readers follow without a lock; whoever
 * changes one holds this object's monitor. A page is linked once, before all that its chain held then, so each link leads to an older page, and a
 * reader comes to the end whatever is changed on its way. A page that left stays readable for those who hold it.
 */
final class PageCache {
    private static final int MIN_CLEAN = 64;

    private final AtomicReferenceArray<@Nullable Page> buckets;
    private final int shift;
    private final int maxClean;
    private final List<Page> clean = new ArrayList<>();
    private final List<Page> dirty = new ArrayList<>();
    private int hand;

    /**
     * Makes an empty cache.
     *
     * @param maxClean the most clean pages
     */
    PageCache(long maxClean) {
        this.maxClean = (int) Math.min(Math.max(maxClean, MIN_CLEAN), 1 << 26);
        int bits = 32 - Integer.numberOfLeadingZeros(Math.max(this.maxClean, 4096) - 1) + 1;
        this.buckets = new AtomicReferenceArray<>(1 << bits);
        this.shift = Long.SIZE - bits;
    }

    private int bucket(long number) {
        return (int) ((number * 0x9E37_79B9_7F4A_7C15L) >>> shift);
    }

    /** The page of a number, null if it is not in memory. */
    @Nullable
    Page find(long number) {
        Page page = buckets.getAcquire(bucket(number));
        while (page != null && page.number() != number) {
            page = page.next;
        }
        if (page != null && !page.referenced) {
            page.referenced = true;
        }
        return page;
    }

    /**
     * Adds a page just read.
     *
     * @return the page, or the one that another thread added meanwhile
     */
    synchronized Page addClean(Page page) {
        Page present = find(page.number());
        if (present != null) {
            return present;
        }
        putClean(page);
        link(page);
        return page;
    }

    /** Adds a page that is to be changed. */
    synchronized void addDirty(Page page) {
        page.dirty = true;
        page.place = dirty.size();
        dirty.add(page);
        link(page);
    }

    /** Forgets a page, clean or dirty. */
    synchronized void remove(Page page) {
        List<Page> list = page.dirty ? dirty : clean;
        if (page.place < list.size() && list.get(page.place) == page) {
            Page last = list.remove(list.size() - 1);
            if (last != page) {
                list.set(page.place, last);
                last.place = page.place;
            }
            unlink(page);
        }
        page.dirty = false;
    }

    /** Makes all dirty pages clean, as they are in the file now. What gives way to them is spare. */
    synchronized void settle(SparePages spare) {
        for (Page page : dirty) {
            page.dirty = false;
            Page victim = putClean(page);
            if (victim != null) {
                spare.leave(victim.data);
            }
        }
        dirty.clear();
    }

    /** The dirty pages by number; a new list. */
    synchronized List<Page> dirtyPages() {
        List<Page> pages = new ArrayList<>(dirty);
        pages.sort(Comparator.comparingLong(Page::number));
        return pages;
    }

    int dirtyCount() {
        return dirty.size();
    }

    synchronized int cleanCount() {
        return clean.size();
    }

    /** Keeps a clean page; returns the one that gives way to it, null if none has to. */
    private @Nullable Page putClean(Page page) {
        if (clean.size() < maxClean) {
            page.place = clean.size();
            clean.add(page);
            return null;
        }
        Page victim = clean.get(hand);
        while (victim.referenced) {
            victim.referenced = false;
            hand = hand + 1 == maxClean ? 0 : hand + 1;
            victim = clean.get(hand);
        }
        unlink(victim);
        clean.set(hand, page);
        page.place = hand;
        hand = hand + 1 == maxClean ? 0 : hand + 1;
        return victim;
    }

    private void link(Page page) {
        int bucket = bucket(page.number());
        page.next = buckets.getPlain(bucket);
        buckets.setRelease(bucket, page);
    }

    /** Takes a page out of its chain; its own link stays for readers that stand on it. */
    private void unlink(Page page) {
        int bucket = bucket(page.number());
        Page at = buckets.getPlain(bucket);
        if (at == page) {
            buckets.setRelease(bucket, page.next);
            return;
        }
        while (at != null && at.next != page) {
            at = at.next;
        }
        if (at != null) {
            at.next = page.next;
        }
    }
}
