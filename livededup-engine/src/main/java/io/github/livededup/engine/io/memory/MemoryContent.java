package io.github.livededup.engine.io.memory;

import io.github.livededup.VolumeFullException;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What a file in memory holds: pages that were written or allocated, by number, and the mappings that must see each
 * change. Its methods are synchronized: files are small and only tests use them.
 */
final class MemoryContent {
    /** Content is kept, and room counted, in pages of this size. */
    static final int PAGE_BYTES = 4096;

    /** Stands for a page that was allocated and never written. */
    private static final Page ALLOCATED = new Page(new byte[PAGE_BYTES], new Object());

    /**
     * A page and the content that may change it; others copy it first. Two contents share pages after {@link #copy}.
     */
    private static final class Page {
        private final byte[] bytes;
        private final Object owner;
        /** 0 if it is not known. */
        private volatile long digest;

        Page(byte[] bytes, Object owner) {
            this.bytes = bytes;
            this.owner = owner;
        }

        byte[] bytes() {
            return bytes;
        }

        long digest() {
            if (digest == 0) {
                CRC32C one = new CRC32C();
                one.update(bytes);
                CRC32 other = new CRC32();
                other.update(bytes);
                digest = one.getValue() << 32 | other.getValue() | 1L << 63;
            }
            return digest;
        }
    }

    private final MemoryBudget budget;
    private final NavigableMap<Long, Page> pages = new TreeMap<>();
    private final List<MemoryRegion> mappings = new ArrayList<>();
    private Object owner = new Object();
    private long sizeBytes;
    private boolean unlinked;

    MemoryContent(MemoryBudget budget) {
        this.budget = budget;
    }

    synchronized MemoryContent copy(MemoryBudget budgetOfCopy) {
        MemoryContent copy = new MemoryContent(budgetOfCopy);
        copy.pages.putAll(pages);
        copy.sizeBytes = sizeBytes;
        budgetOfCopy.force(allocatedBytes());
        owner = new Object();
        return copy;
    }

    /** The name is gone, so the room is given back; open files work on, uncounted. */
    synchronized void unlink() {
        unlinked = true;
        budget.giveBack(allocatedBytes());
    }

    synchronized long sizeBytes() {
        return sizeBytes;
    }

    synchronized long allocatedBytes() {
        return (long) pages.size() * PAGE_BYTES;
    }

    /** Equal for contents that read the same and have the same pages allocated; hardly ever equal for others. */
    synchronized long digest() {
        long all = MemoryDirectory.mix(sizeBytes);
        for (Map.Entry<Long, Page> entry : pages.entrySet()) {
            all += MemoryDirectory.mix(entry.getValue().digest() + MemoryDirectory.mix(entry.getKey()));
        }
        return all;
    }

    synchronized void read(String name, ByteBuffer into, long positionBytes) throws EOFException {
        if (into.remaining() > sizeBytes - positionBytes) {
            throw new EOFException(name + ": end of file: actual=" + sizeBytes + " expected="
                    + (positionBytes + into.remaining()) + " bytes");
        }
        long position = positionBytes;
        while (into.hasRemaining()) {
            int inPage = (int) (position % PAGE_BYTES);
            int length = Math.min(into.remaining(), PAGE_BYTES - inPage);
            into.put(pages.getOrDefault(position / PAGE_BYTES, ALLOCATED).bytes(), inPage, length);
            position += length;
        }
    }

    synchronized void write(String name, ByteBuffer from, long positionBytes) throws VolumeFullException {
        reserve(name, positionBytes, from.remaining());
        long position = positionBytes;
        while (from.hasRemaining()) {
            int inPage = (int) (position % PAGE_BYTES);
            int length = Math.min(from.remaining(), PAGE_BYTES - inPage);
            from.get(ownPage(position / PAGE_BYTES), inPage, length);
            position += length;
        }
        sizeBytes = Math.max(sizeBytes, position);
        refreshMappings(positionBytes, position);
    }

    synchronized void allocate(String name, long positionBytes, long lengthBytes) throws VolumeFullException {
        reserve(name, positionBytes, lengthBytes);
        sizeBytes = Math.max(sizeBytes, positionBytes + lengthBytes);
    }

    synchronized void resize(long newSizeBytes) {
        if (newSizeBytes < sizeBytes) {
            clear(newSizeBytes, sizeBytes);
            refreshMappings(newSizeBytes, sizeBytes);
        }
        sizeBytes = newSizeBytes;
    }

    synchronized void punch(long positionBytes, long lengthBytes) {
        clear(positionBytes, positionBytes + lengthBytes);
        refreshMappings(positionBytes, positionBytes + lengthBytes);
    }

    synchronized long seek(long positionBytes, boolean data) {
        if (positionBytes >= sizeBytes) {
            return sizeBytes;
        }
        long page = positionBytes / PAGE_BYTES;
        if (!data) {
            while (isData(page)) {
                page++;
            }
        } else {
            page = pages.tailMap(page).entrySet().stream()
                    .filter(entry -> !isAllocatedOnly(entry.getValue()))
                    .findFirst()
                    .map(Map.Entry::getKey)
                    .orElse(Long.MAX_VALUE / PAGE_BYTES);
        }
        return Math.min(sizeBytes, Math.max(positionBytes, page * PAGE_BYTES));
    }

    synchronized MemoryRegion map(long positionBytes, int lengthBytes) {
        MemoryRegion region = new MemoryRegion(this, positionBytes, lengthBytes);
        mappings.add(region);
        for (Map.Entry<Long, Page> entry :
                pagesOf(positionBytes, positionBytes + lengthBytes).entrySet()) {
            region.refresh(entry.getKey() * PAGE_BYTES, entry.getValue().bytes());
        }
        return region;
    }

    synchronized void unmap(MemoryRegion region) {
        mappings.remove(region);
    }

    @SuppressWarnings("ReferenceEquality") // the one marker is meant
    private static boolean isAllocatedOnly(Page page) {
        return page == ALLOCATED;
    }

    @SuppressWarnings("ReferenceEquality") // an owner is an identity
    private boolean isOwn(Page page) {
        return page.owner == owner;
    }

    private boolean isData(long page) {
        Page there = pages.get(page);
        return there != null && !isAllocatedOnly(there);
    }

    private NavigableMap<Long, Page> pagesOf(long fromBytes, long toBytes) {
        if (toBytes <= fromBytes) {
            return new TreeMap<>();
        }
        return pages.subMap(fromBytes / PAGE_BYTES, true, (toBytes - 1) / PAGE_BYTES, true);
    }

    private void reserve(String name, long positionBytes, long lengthBytes) throws VolumeFullException {
        if (lengthBytes == 0) {
            return;
        }
        long first = positionBytes / PAGE_BYTES;
        long last = (positionBytes + lengthBytes - 1) / PAGE_BYTES;
        long missing = last
                - first
                + 1
                - pagesOf(positionBytes, positionBytes + lengthBytes).size();
        if (missing == 0) {
            return;
        }
        if (!unlinked) {
            budget.take(name, missing * PAGE_BYTES);
        }
        for (long page = first; page <= last; page++) {
            pages.putIfAbsent(page, ALLOCATED);
        }
    }

    private byte[] ownPage(long number) {
        Page page = pages.getOrDefault(number, ALLOCATED);
        if (!isOwn(page)) {
            page = new Page(page.bytes().clone(), owner);
            pages.put(number, page);
        }
        page.digest = 0;
        return page.bytes();
    }

    /** Frees whole pages and writes zeros to the rest. */
    private void clear(long fromBytes, long toBytes) {
        long firstWhole = (fromBytes + PAGE_BYTES - 1) / PAGE_BYTES;
        long endWhole = toBytes >= sizeBytes ? (sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES : toBytes / PAGE_BYTES;
        if (firstWhole < endWhole) {
            NavigableMap<Long, Page> freed = pages.subMap(firstWhole, true, endWhole, false);
            if (!unlinked) {
                budget.giveBack((long) freed.size() * PAGE_BYTES);
            }
            freed.clear();
        }
        for (long page : List.copyOf(pagesOf(fromBytes, toBytes).keySet())) {
            if (!isData(page)) {
                continue;
            }
            int from = (int) (Math.max(fromBytes, page * PAGE_BYTES) - page * PAGE_BYTES);
            int to = (int) (Math.min(toBytes, (page + 1) * PAGE_BYTES) - page * PAGE_BYTES);
            Arrays.fill(ownPage(page), from, to, (byte) 0);
        }
    }

    private void refreshMappings(long fromBytes, long toBytes) {
        if (mappings.isEmpty() || toBytes <= fromBytes) {
            return;
        }
        for (long page = fromBytes / PAGE_BYTES; page <= (toBytes - 1) / PAGE_BYTES; page++) {
            byte[] bytes = pages.getOrDefault(page, ALLOCATED).bytes();
            for (MemoryRegion region : mappings) {
                region.refresh(page * PAGE_BYTES, bytes);
            }
        }
    }
}
