package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.CatalogueRecord;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what can be read of a damaged {@code metadata.dat}, and never writes. Every page is checked; what is below a page
 * that cannot be read is left out and told. Time and memory are bounded by the file's size. For one thread.
 */
public final class MetadataSalvage implements Closeable {
    private static final int CACHED_PAGES = 256;

    private final PageFile file;
    private final TreeShape openTable;
    private final Map<Long, Page> cache = new LinkedHashMap<>(CACHED_PAGES, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Page> eldest) {
            return size() > CACHED_PAGES;
        }
    };

    private MetadataSalvage(PageFile file, int tableEntryBytes) {
        this.file = file;
        openTable = TreeShape.openTable(tableEntryBytes);
    }

    /**
     * Opens the file.
     *
     * @param directory the volume's directory
     * @param volumeId the volume
     * @param tableEntryBytes the size of a table entry
     * @return the access; the caller closes it
     * @throws IOException if the file is absent or cannot be opened
     */
    public static MetadataSalvage open(VolumeDirectory directory, UUID volumeId, int tableEntryBytes)
            throws IOException {
        VolumeFile file = directory.open(MetadataStore.FILE_NAME, VolumeDirectory.OpenMode.READ);
        return new MetadataSalvage(new PageFile(file, volumeId.getLeastSignificantBits()), tableEntryBytes);
    }

    /**
     * An image and where its map starts.
     *
     * @param image what the catalogue says of it
     * @param pointer pointer to the root page of its map
     * @param height levels of pages
     */
    public record Image(ImageRecord image, long pointer, int height) {}

    /**
     * A block group and where its table starts, while it is open.
     *
     * @param info what the directory says of it
     * @param pointer pointer to the root page of the open group's table
     * @param height levels of pages
     */
    public record Group(GroupInfo info, long pointer, int height) {}

    /**
     * Whether the root pages of catalogue and group directory can be read.
     *
     * @param roots a checkpoint's
     * @return the first problem, or null
     */
    public @Nullable String rootProblem(MetadataRoots roots) {
        try {
            if (roots.catalogue() != 0) {
                read(roots.catalogue(), TreeShape.CATALOGUE, roots.catalogueHeight() - 1);
            }
            if (roots.groups() != 0) {
                read(roots.groups(), TreeShape.GROUPS, roots.groupsHeight() - 1);
            }
            return null;
        } catch (CorruptionException e) {
            return e.getMessage();
        }
    }

    /**
     * The images, hidden ones too.
     *
     * @param roots a checkpoint's
     * @param problems told what cannot be read
     * @return a new list, by number
     * @throws IOException never, but the pages' readers may
     */
    public List<Image> images(MetadataRoots roots, ProblemListener problems) throws IOException {
        List<Image> images = new ArrayList<>();
        scan(TreeShape.CATALOGUE, roots.catalogue(), roots.catalogueHeight(), problems, (page, first) -> {
            for (int i = 0; i < TreeShape.CATALOGUE.recordsPerLeaf; i++) {
                int at = page.recordOffset(i);
                if (CatalogueRecord.state(page.data, at) != CatalogueRecord.STATE_NONE
                        && first + i <= Integer.MAX_VALUE) {
                    images.add(new Image(
                            Catalogue.image(page, at, (int) (first + i)),
                            CatalogueRecord.root(page.data, at),
                            CatalogueRecord.height(page.data, at)));
                }
            }
        });
        return images;
    }

    /**
     * The block groups.
     *
     * @param roots a checkpoint's
     * @param problems told what cannot be read
     * @return a new map, by number
     * @throws IOException never, but the pages' readers may
     */
    public Map<Integer, Group> groups(MetadataRoots roots, ProblemListener problems) throws IOException {
        Map<Integer, Group> groups = new TreeMap<>();
        scan(TreeShape.GROUPS, roots.groups(), roots.groupsHeight(), problems, (page, first) -> {
            for (int i = 0; i < TreeShape.GROUPS.recordsPerLeaf; i++) {
                int at = page.recordOffset(i);
                if (GroupRecord.state(page.data, at) != GroupRecord.STATE_FREE && first + i <= BlockAddress.MAX_GROUP) {
                    addGroup(groups, page, at, (int) (first + i), problems);
                }
            }
        });
        return groups;
    }

    private static void addGroup(Map<Integer, Group> groups, Page page, int at, int group, ProblemListener problems) {
        try {
            groups.put(
                    group,
                    new Group(
                            GroupDirectory.info(page, at, group),
                            GroupRecord.root(page.data, at, GroupRecord.TREE_OPEN_TABLE),
                            GroupRecord.height(page.data, at, GroupRecord.TREE_OPEN_TABLE)));
        } catch (CorruptionException e) {
            problems.problem(e.resource(), String.valueOf(e.getMessage()));
        }
    }

    /** Takes the leaves of a tree of records. */
    private interface Leaves {
        void leaf(Page page, long firstRecord);
    }

    private void scan(TreeShape shape, long pointer, int height, ProblemListener problems, Leaves leaves)
            throws IOException {
        TreeScan.scan(this::read, file.description(), shape, new TreeRoot(pointer, height), 0, new TreeScan.Visitor() {
            @Override
            public boolean leaf(Page leaf, long firstRecord) {
                leaves.leaf(leaf, firstRecord);
                return true;
            }

            @Override
            public boolean lost(long firstRecord, long records, CorruptionException cause) {
                problems.problem(
                        cause.resource(),
                        shape.name + " from record " + firstRecord + " on, at most " + records + ": "
                                + cause.getMessage());
                return true;
            }
        });
    }

    /**
     * Reads an image's map.
     *
     * @param image the image
     * @param visitor takes its blocks, and what cannot be read
     * @throws IOException what the visitor throws
     */
    public void scan(Image image, MapVisitor visitor) throws IOException {
        TreeScan.scan(
                this::read,
                file.description(),
                TreeShape.IMAGE_MAP,
                new TreeRoot(image.pointer, image.height),
                0,
                new MapScan(visitor));
    }

    /**
     * Reads an entry of an open group's table.
     *
     * @param group the group
     * @param slot the slot
     * @param into filled from its position with the entry, which may be vacant
     * @throws CorruptionException if the table has no such entry, or the page that holds it cannot be read
     */
    public void openEntry(Group group, int slot, ByteBuffer into) throws CorruptionException {
        int perLeaf = openTable.recordsPerLeaf;
        long leafIndex = slot / perLeaf;
        if (group.pointer == 0
                || group.height < 1
                || group.height > TreeShape.MAX_HEIGHT
                || leafIndex >= TreeShape.leavesBelow(group.height - 1)) {
            throw noEntry(group, slot);
        }
        Page page = cached(group.pointer, openTable, group.height - 1);
        for (int level = group.height - 1; level > 0; level--) {
            long child = page.child(TreeShape.slot(leafIndex, level));
            if (child == 0) {
                throw noEntry(group, slot);
            }
            page = cached(child, openTable, level - 1);
        }
        into.put(page.data, page.recordOffset(slot % perLeaf), openTable.recordBytes);
    }

    private static CorruptionException noEntry(Group group, int slot) {
        return new CorruptionException(
                "group " + group.info.group(),
                "entry of slot " + slot + " in the open table: actual=none expected=one");
    }

    private Page cached(long pointer, TreeShape shape, int level) throws CorruptionException {
        Page page = cache.get(pointer);
        if (page == null || page.level != level || page.shape.kind != shape.kind) {
            page = read(pointer, shape, level);
            cache.put(pointer, page);
        }
        return page;
    }

    private Page read(long pointer, TreeShape shape, int level) throws CorruptionException {
        try {
            byte[] data = file.read(pointer, shape, level);
            return new Page(data, pointer, shape, level, PageLayout.used(data));
        } catch (CorruptionException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptionException(
                    file.description() + " of " + shape.name, "page cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
