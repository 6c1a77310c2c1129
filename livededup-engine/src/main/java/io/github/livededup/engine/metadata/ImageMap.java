package io.github.livededup.engine.metadata;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.CatalogueRecord;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;

/**
 * Which block lies where in each image: copy-on-write trees of block addresses. Changing a map keeps the reference
 * counts and the catalogue's count of mapped blocks. References to new blocks are added before those to old ones go. The {@code pagesTo…}
 * methods, which tell what a change may take, count as changing.
 */
public final class ImageMap {
    /** Image blocks are below this number. */
    public static final long MAX_BLOCKS = 1L << 48;

    /** The blocks of a map's lowest page. */
    public static final int BLOCKS_PER_PAGE = TreeShape.IMAGE_MAP.recordsPerLeaf;

    private static final int PER_LEAF = TreeShape.IMAGE_MAP.recordsPerLeaf;

    private final PageStore pages;
    private final Catalogue catalogue;
    private final PageSharing sharing;
    private final PageTree tree;
    private final MapReader reader;
    private final MapWriter writer;
    private final ReferenceCounts references;
    // For changes, which one thread at a time makes or asks for.
    /** One leaf's addresses. */
    private final long[] run = new long[PER_LEAF];

    private final MapDemand demand;
    private final TreeRoot demanding = new TreeRoot();
    private final TreeRoot changing = new TreeRoot();

    /**
     * Makes the access.
     *
     * @param pages the pages
     * @param catalogue holds the maps' roots
     * @param sharing the pages that several maps reach
     * @param references the blocks' counts
     */
    ImageMap(PageStore pages, Catalogue catalogue, PageSharing sharing, ReferenceCounts references) {
        this.pages = pages;
        this.catalogue = catalogue;
        this.sharing = sharing;
        this.tree = new PageTree(pages, TreeShape.IMAGE_MAP, sharing);
        this.reader = new MapReader(tree, sharing);
        this.writer = new MapWriter(tree, sharing, references);
        this.references = references;
        this.demand = new MapDemand(tree, sharing, references);
    }

    PageTree tree() {
        return tree;
    }

    /**
     * The address of a block.
     *
     * @param imageId the image
     * @param block its block
     * @return the address, 0 for a hole
     * @throws IOException if reading fails
     */
    public long get(int imageId, long block) throws IOException {
        checkRange(block, 1);
        return reader.get(catalogue.root(imageId), block);
    }

    /**
     * The addresses of consecutive blocks.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param into takes the addresses, 0 for a hole
     * @param from where they start there
     * @param count how many
     * @throws IOException if reading fails
     */
    public void read(int imageId, long firstBlock, long[] into, int from, int count) throws IOException {
        checkRange(firstBlock, count);
        // The root without an object: this is every read's way.
        Page page = catalogue.page(imageId);
        int at = catalogue.offset(page, imageId);
        long pointer = CatalogueRecord.root(page.data, at);
        int height = CatalogueRecord.height(page.data, at);
        TreeRoot.check("image ", imageId, pointer, height);
        reader.read(pointer, pointer == 0 ? 0 : height, firstBlock, into, from, count);
    }

    /**
     * How many pages mapping may take at most.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param firstAddress the first block's address; the following blocks take the following slots
     * @param count how many blocks
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToMap(int imageId, long firstBlock, long firstAddress, int count) throws IOException {
        checkRange(firstBlock, count);
        demand.start();
        for (int i = 0; i < count; i++) {
            demand.counts(firstAddress + i);
        }
        return demand.toMap(catalogue.root(imageId, demanding), firstBlock, firstBlock + count);
    }

    /**
     * How many pages mapping may take at most.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param addresses holds the addresses
     * @param from where they start there
     * @param count how many blocks
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToMap(int imageId, long firstBlock, long[] addresses, int from, int count) throws IOException {
        checkRange(firstBlock, count);
        demand.start();
        for (int i = from; i < from + count; i++) {
            if (addresses[i] != 0) {
                demand.counts(addresses[i]);
            }
        }
        return demand.toMap(catalogue.root(imageId, demanding), firstBlock, firstBlock + count);
    }

    /**
     * How many pages mapping blocks anywhere may take at most.
     *
     * @param imageId the image
     * @param blocks its blocks, rising
     * @param from index of the first
     * @param addresses holds the addresses
     * @param addressFrom where they start there
     * @param count how many blocks
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToMap(int imageId, long[] blocks, int from, long[] addresses, int addressFrom, int count)
            throws IOException {
        demand.start();
        for (int i = addressFrom; i < addressFrom + count; i++) {
            if (addresses[i] != 0) {
                demand.counts(addresses[i]);
            }
        }
        TreeRoot root = catalogue.root(imageId, demanding);
        int length;
        for (int at = from; at < from + count; at += length) {
            length = leafRun(blocks, at, from + count);
            checkRange(blocks[at], length);
            demand.toMap(root, blocks[at], blocks[at] + length);
        }
        return demand.pages();
    }

    /**
     * How many pages more than now there may be once a block is mapped, counts of blocks apart: those that its place in
     * the map lacks or shares with others. The other blocks of its map page take no more.
     *
     * @param imageId the image
     * @param block its block
     * @return the pages
     * @throws IOException if reading fails
     */
    public long newPagesToMap(int imageId, long block) throws IOException {
        checkRange(block, 1);
        Page page = catalogue.page(imageId);
        int at = catalogue.offset(page, imageId);
        long pointer = CatalogueRecord.root(page.data, at);
        int height = CatalogueRecord.height(page.data, at);
        TreeRoot.check("image ", imageId, pointer, height);
        return MapDemand.newPagesToMap(tree, sharing, references, pointer, height, block);
    }

    /**
     * Maps blocks anywhere.
     *
     * @param imageId the image
     * @param blocks its blocks, rising
     * @param from index of the first
     * @param addresses holds the addresses; 0 makes a hole
     * @param addressFrom where they start there
     * @param count how many blocks
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void map(int imageId, long[] blocks, int from, long[] addresses, int addressFrom, int count)
            throws IOException {
        for (int i = addressFrom; i < addressFrom + count; i++) {
            if (addresses[i] != 0) {
                checkAddress(addresses[i]);
            }
        }
        pages.reserve(pagesToMap(imageId, blocks, from, addresses, addressFrom, count));
        TreeRoot root = catalogue.root(imageId, changing);
        long added = 0;
        try {
            int length;
            for (int at = from; at < from + count; at += length) {
                length = leafRun(blocks, at, from + count);
                added += writer.map(root, blocks[at], addresses, at - from + addressFrom, length);
            }
        } finally {
            catalogue.putMap(imageId, root, added);
        }
    }

    /** How many consecutive blocks of one leaf follow. */
    private static int leafRun(long[] blocks, int from, int to) {
        int end = from + 1;
        while (end < to && blocks[end] == blocks[end - 1] + 1 && blocks[end] % PER_LEAF != 0) {
            end++;
        }
        return end - from;
    }

    /**
     * How many pages unmapping may take at most.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param count how many blocks
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToUnmap(int imageId, long firstBlock, long count) throws IOException {
        checkRange(firstBlock, count);
        return demand.start().toUnmap(catalogue.root(imageId, demanding), firstBlock, firstBlock + count);
    }

    /**
     * How many pages unmapping several ranges may take at most: what they have in common counts once.
     *
     * @param imageId the image
     * @param ranges where the ranges start and end, in turn
     * @param rangeCount how many ranges
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToUnmap(int imageId, long[] ranges, int rangeCount) throws IOException {
        demand.start();
        TreeRoot root = catalogue.root(imageId, demanding);
        for (int i = 0; i < 2 * rangeCount; i += 2) {
            checkRange(ranges[i], ranges[i + 1] - ranges[i]);
            demand.toUnmap(root, ranges[i], ranges[i + 1]);
        }
        return demand.pages();
    }

    /**
     * Maps consecutive blocks to consecutive slots of one group.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param firstAddress the first block's address; the following blocks take the following slots
     * @param count how many blocks
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void map(int imageId, long firstBlock, long firstAddress, int count) throws IOException {
        if (count == 0) {
            return;
        }
        checkAddress(firstAddress);
        checkAddress(firstAddress + count - 1);
        pages.reserve(pagesToMap(imageId, firstBlock, firstAddress, count));
        TreeRoot root = catalogue.root(imageId);
        long added = 0;
        try {
            int length;
            for (int done = 0; done < count; done += length) {
                length = leafRun(firstBlock + done, count - done);
                for (int i = 0; i < length; i++) {
                    run[i] = firstAddress + done + i;
                }
                added += writer.map(root, firstBlock + done, run, 0, length);
            }
        } finally {
            catalogue.putMap(imageId, root, added);
        }
    }

    /**
     * Maps consecutive blocks.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param addresses holds the addresses; 0 makes a hole
     * @param from where they start there
     * @param count how many blocks
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void map(int imageId, long firstBlock, long[] addresses, int from, int count) throws IOException {
        if (count == 0) {
            return;
        }
        for (int i = from; i < from + count; i++) {
            if (addresses[i] != 0) {
                checkAddress(addresses[i]);
            }
        }
        pages.reserve(pagesToMap(imageId, firstBlock, addresses, from, count));
        TreeRoot root = catalogue.root(imageId, changing);
        long added = 0;
        try {
            int length;
            for (int done = 0; done < count; done += length) {
                length = leafRun(firstBlock + done, count - done);
                added += writer.map(root, firstBlock + done, addresses, from + done, length);
            }
        } finally {
            catalogue.putMap(imageId, root, added);
        }
    }

    /**
     * Makes a range of holes. It costs the mapped pages in the range; see {@link #endOfStep} for long ranges.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param count how many blocks, up to {@link #MAX_BLOCKS}
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void unmap(int imageId, long firstBlock, long count) throws IOException {
        checkRange(firstBlock, count);
        TreeRoot root = catalogue.root(imageId);
        long toBlock = firstBlock + count;
        if (reader.nextMapped(root, firstBlock, toBlock) == toBlock) {
            return;
        }
        pages.reserve(pagesToUnmap(imageId, firstBlock, count));
        ImageRecord image = catalogue.existing(imageId);
        long removed = 0;
        try {
            if (image.deleting()) {
                writer.drop(root, firstBlock, toBlock);
            } else {
                removed = writer.unmap(root, firstBlock, toBlock, image.mappedBlocks());
            }
        } finally {
            catalogue.putMap(imageId, root, -removed);
        }
    }

    /**
     * Makes several ranges of an image that is not being deleted holes.
     *
     * @param imageId the image
     * @param ranges where the ranges start and end, in turn
     * @param rangeCount how many ranges
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void unmap(int imageId, long[] ranges, int rangeCount) throws IOException {
        // For all at once: what the first ones take of it, the others must not ask for again.
        pages.reserve(pagesToUnmap(imageId, ranges, rangeCount));
        TreeRoot root = catalogue.root(imageId);
        long mapped = catalogue.existing(imageId).mappedBlocks();
        long removed = 0;
        try {
            for (int i = 0; i < 2 * rangeCount; i += 2) {
                if (reader.nextMapped(root, ranges[i], ranges[i + 1]) < ranges[i + 1]) {
                    removed += writer.unmap(root, ranges[i], ranges[i + 1], mapped - removed);
                }
            }
        } finally {
            catalogue.putMap(imageId, root, -removed);
        }
    }

    /**
     * Where to end a step of a long {@link #unmap(int, long, long)}, so that the lock is not held and memory not filled for too long: a
     * large image is emptied by unmapping from 0 to the end of a step, and so on, each step on its own in the journal.
     * Pages that others share are let go of as a whole, which costs nothing for an image that is being deleted, and
     * counting their blocks for any other.
     *
     * @param imageId the image
     * @param fromBlock where the step starts
     * @param toBlock where the whole range ends
     * @param pages how many map pages the step may empty or, if other images share them, let go of
     * @return where the step ends, above {@code fromBlock} unless the range is empty; {@code toBlock} for the last one
     * @throws IOException if reading fails
     */
    public long endOfStep(int imageId, long fromBlock, long toBlock, int pages) throws IOException {
        boolean deleting = catalogue.existing(imageId).deleting();
        return new MapDemand(tree, sharing, references)
                .endOfStep(catalogue.root(imageId), fromBlock, toBlock, pages, deleting);
    }

    /**
     * Reads what {@link #share} will need, so that damage shows before the change is journaled.
     *
     * @param fromId the image whose map is to be taken
     * @throws io.github.livededup.CorruptionException if a page is damaged
     * @throws IOException if reading fails
     */
    public void requireShareable(int fromId) throws IOException {
        TreeRoot root = catalogue.root(fromId);
        if (root.pointer != 0) {
            sharing.extra(PagePointer.number(root.pointer));
        }
    }

    /**
     * Gives an image without mapped blocks all blocks of another, at once whatever its size: they share the pages until
     * either changes.
     *
     * @param fromId the image whose map is taken
     * @param toId the image that gets it
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void share(int fromId, int toId) throws IOException {
        ImageRecord from = catalogue.existing(fromId);
        TreeRoot root = catalogue.root(fromId);
        if (catalogue.root(toId).pointer != 0) {
            throw new IllegalStateException("image " + toId + " mapped blocks: actual=some expected=none");
        }
        if (root.pointer == 0) {
            return;
        }
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        sharing.retain(PagePointer.number(root.pointer));
        catalogue.putMap(toId, root, from.mappedBlocks());
    }

    /**
     * The next block that is mapped.
     *
     * @param imageId the image
     * @param fromBlock where to look from
     * @param toBlock where to stop
     * @return the block at or after, {@code toBlock} if there is none before it
     * @throws IOException if reading fails
     */
    public long nextMapped(int imageId, long fromBlock, long toBlock) throws IOException {
        return reader.nextMapped(catalogue.root(imageId), fromBlock, toBlock);
    }

    /**
     * The next block that is a hole.
     *
     * @param imageId the image
     * @param fromBlock where to look from
     * @param toBlock where to stop
     * @return the block at or after, {@code toBlock} if there is none before it
     * @throws IOException if reading fails
     */
    public long nextHole(int imageId, long fromBlock, long toBlock) throws IOException {
        return reader.nextHole(catalogue.root(imageId), fromBlock, toBlock);
    }

    /**
     * Visits the mapped pages of a range in order; pages without a mapped block are skipped.
     *
     * @param imageId the image
     * @param fromBlock where to start
     * @param toBlock where to stop
     * @param visitor takes each page's part of the range
     * @throws IOException if reading or the visitor fails
     */
    public void forEachLeaf(int imageId, long fromBlock, long toBlock, LeafVisitor visitor) throws IOException {
        reader.forEachLeaf(catalogue.root(imageId), fromBlock, toBlock, false, visitor);
    }

    /**
     * As {@link #forEachLeaf}, but passes over what other images reach too, without reading it: the pages visited are
     * those that go if the image is deleted.
     *
     * @param imageId the image
     * @param fromBlock where to start
     * @param toBlock where to stop
     * @param visitor takes each page's part of the range
     * @throws IOException if reading or the visitor fails
     */
    public void forEachOwnLeaf(int imageId, long fromBlock, long toBlock, LeafVisitor visitor) throws IOException {
        reader.forEachLeaf(catalogue.root(imageId), fromBlock, toBlock, true, visitor);
    }

    /**
     * As {@link #forEachLeaf} from a block on, but what cannot be read of the map is told and passed over.
     *
     * @param imageId the image
     * @param fromBlock where to start; the first page's blocks before it are visited too
     * @param visitor takes what is found
     * @throws IOException if reading fails other than by damage, or the visitor throws it
     */
    public void scan(int imageId, long fromBlock, MapVisitor visitor) throws IOException {
        TreeScan.scan(
                pages::read,
                pages.description(),
                TreeShape.IMAGE_MAP,
                catalogue.root(imageId),
                fromBlock,
                new MapScan(visitor));
    }

    /**
     * Makes a comparison of two maps, for {@link #compare}.
     *
     * @return a new one, that has found nothing yet
     */
    public MapDiff diff() {
        return new MapDiff(tree);
    }

    /**
     * Compares a part of two images' maps.
     *
     * @param diff takes the blocks found whose addresses differ
     * @param baseId the image to compare with, or {@link MapDiff#NO_IMAGE}
     * @param imageId the other image
     * @param fromBlock where to start
     * @param toBlock where the range ends
     * @return the block to go on from, {@code toBlock} at the end; above {@code fromBlock} if the range is not empty
     * @throws IOException if reading fails
     */
    public long compare(MapDiff diff, int baseId, int imageId, long fromBlock, long toBlock) throws IOException {
        checkRange(fromBlock, Math.max(0, toBlock - fromBlock));
        TreeRoot base = baseId == MapDiff.NO_IMAGE ? new TreeRoot() : catalogue.root(baseId);
        return diff.step(base, catalogue.root(imageId), fromBlock, toBlock);
    }

    /** How many of the blocks lie in the first one's leaf. */
    private static int leafRun(long block, int count) {
        return Math.min(count, PER_LEAF - (int) (block % PER_LEAF));
    }

    private static void checkRange(long firstBlock, long count) {
        if (firstBlock < 0 || count < 0 || firstBlock > MAX_BLOCKS - count) {
            throw new InvalidArgumentException("blocks", firstBlock + " and " + count + " more", "0 to " + MAX_BLOCKS);
        }
    }

    private static void checkAddress(long address) {
        if (!BlockAddress.isValid(address)) {
            throw new InvalidArgumentException(
                    "block address", "0x" + Long.toHexString(address), "group 1 to " + BlockAddress.MAX_GROUP);
        }
    }
}
