package io.github.livededup.engine.metadata;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CorruptionException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.engine.format.CatalogueRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The images of a volume. Names are kept in memory; the rest is read from pages. A hidden image has a name in its record
 * but no place among the names, so several hidden ones may carry the same. The number of an image that is gone is not
 * used again while another image names it as its origin, so an origin never turns into an image that came later.
 */
public final class Catalogue {
    /** The longest name, in UTF-8 bytes. */
    public static final int MAX_NAME_BYTES = CatalogueRecord.MAX_NAME_BYTES;

    /** More images than memory takes the names of; a higher number is not believed. */
    private static final int MAX_ID = 1 << 26;

    private final PageStore pages;
    private final RecordTree records;
    private final Map<String, Integer> idByName = new HashMap<>();
    private final BitSet ids = new BitSet();
    /** How many images name an image as their origin. */
    private final Map<Integer, Integer> originUses = new HashMap<>();

    /**
     * Reads the catalogue.
     *
     * @param pages the pages
     * @param root where it starts
     * @throws CorruptionException if two images have one name
     * @throws IOException if reading fails
     */
    Catalogue(PageStore pages, TreeRoot root) throws IOException {
        this.pages = pages;
        this.records = new RecordTree(pages, TreeShape.CATALOGUE, root);
        ids.set(0);
        for (ImageRecord image : list()) {
            ids.set(image.id());
            useOrigin(image.origin());
            if (!image.hidden() && idByName.put(image.name(), image.id()) != null) {
                throw new CorruptionException("image " + image.name(), "images of the name: actual=2 expected=1");
            }
        }
    }

    RecordTree records() {
        return records;
    }

    /**
     * The lowest number that no image has or names as its origin; the one to create the next image with.
     *
     * @return from 1
     */
    public int freeId() {
        int id = ids.nextClearBit(1);
        while (originUses.containsKey(id)) {
            id = ids.nextClearBit(id + 1);
        }
        return id;
    }

    private void useOrigin(int origin) {
        if (origin != 0) {
            originUses.merge(origin, 1, Integer::sum);
        }
    }

    private void dropOrigin(int origin) {
        if (origin != 0 && originUses.merge(origin, -1, Integer::sum) == 0) {
            originUses.remove(origin);
        }
    }

    /**
     * Adds an image of holes.
     *
     * @param id its number, one that no image has
     * @param name its name
     * @param hidden whether it is to be published later
     * @param sizeBytes its size
     * @param createdMillis when, since 1970
     * @throws io.github.livededup.AlreadyExistsException if it is not hidden and the name is taken; nothing changed
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void create(int id, String name, boolean hidden, long sizeBytes, long createdMillis) throws IOException {
        byte[] bytes = nameBytes(name);
        if (id < 1 || id > MAX_ID || ids.get(id)) {
            throw new IllegalStateException("image " + id + ": actual=in use expected=a free number from 1");
        }
        if (!hidden) {
            checkFree(name);
        }
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        Page page = records.writablePage(id);
        int at = records.offset(page, id);
        CatalogueRecord.putState(
                page.data, at, hidden ? CatalogueRecord.STATE_HIDDEN : CatalogueRecord.STATE_PUBLISHED);
        CatalogueRecord.putName(page.data, at, bytes);
        CatalogueRecord.putSizeBytes(page.data, at, sizeBytes);
        CatalogueRecord.putCreatedMillis(page.data, at, createdMillis);
        CatalogueRecord.putModifiedMillis(page.data, at, createdMillis);
        records.added(page);
        ids.set(id);
        if (!hidden) {
            idByName.put(name, id);
        }
    }

    /**
     * Adds an image of holes that has another's size, and that one as its origin if it is not hidden.
     *
     * @param originId the other image
     * @param id its number, one that no image has
     * @param name its name
     * @param hidden whether it gets no place among the names
     * @param snapshot whether it is a snapshot
     * @param createdMillis when, since 1970
     * @throws io.github.livededup.AlreadyExistsException if it is not hidden and the name is taken; nothing changed
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void createFrom(int originId, int id, String name, boolean hidden, boolean snapshot, long createdMillis)
            throws IOException {
        create(id, name, hidden, existing(originId).sizeBytes(), createdMillis);
        Page page = records.writablePage(id);
        int at = records.offset(page, id);
        CatalogueRecord.putFlags(page.data, at, snapshot ? CatalogueRecord.FLAG_SNAPSHOT : 0);
        if (!hidden) {
            CatalogueRecord.putOrigin(page.data, at, originId);
            useOrigin(originId);
        }
    }

    /**
     * Gives a hidden image its place among the names.
     *
     * @param id the image
     * @param modifiedMillis when, since 1970
     * @throws io.github.livededup.AlreadyExistsException if the name is taken; nothing changed
     * @throws IOException if reading fails
     */
    public void publish(int id, long modifiedMillis) throws IOException {
        ImageRecord image = existing(id);
        if (!image.hidden()) {
            return;
        }
        checkFree(image.name());
        Page page = writable(id);
        int at = records.offset(page, id);
        CatalogueRecord.putState(page.data, at, CatalogueRecord.STATE_PUBLISHED);
        CatalogueRecord.putModifiedMillis(page.data, at, modifiedMillis);
        idByName.put(image.name(), id);
    }

    /**
     * Begins an image's deletion: takes its name away, and ends counting its mapped blocks, before its blocks are let go
     * of step by step.
     *
     * @param id the image; nothing happens if it is being deleted already
     * @throws IOException if reading fails
     */
    public void hide(int id) throws IOException {
        ImageRecord image = existing(id);
        if (image.deleting()) {
            return;
        }
        Page page = writable(id);
        int at = records.offset(page, id);
        CatalogueRecord.putState(page.data, at, CatalogueRecord.STATE_HIDDEN);
        CatalogueRecord.putFlags(page.data, at, CatalogueRecord.flags(page.data, at) | CatalogueRecord.FLAG_DELETING);
        CatalogueRecord.putMappedBlocks(page.data, at, 0);
        if (!image.hidden()) {
            idByName.remove(image.name());
        }
    }

    /**
     * Renames an image.
     *
     * @param id the image
     * @param name its new name
     * @throws io.github.livededup.AlreadyExistsException if the name is another image's; nothing changed
     * @throws IOException if reading fails
     */
    public void rename(int id, String name) throws IOException {
        byte[] bytes = nameBytes(name);
        ImageRecord image = existing(id);
        if (image.name().equals(name)) {
            return;
        }
        if (!image.hidden()) {
            checkFree(name);
        }
        Page page = writable(id);
        CatalogueRecord.putName(page.data, records.offset(page, id), bytes);
        if (!image.hidden()) {
            idByName.remove(image.name());
            idByName.put(name, id);
        }
    }

    /**
     * Sets an image's size. Blocks beyond it must be unmapped by the caller, before or after.
     *
     * @param id the image
     * @param sizeBytes its new size
     * @param modifiedMillis when, since 1970
     * @throws IOException if reading fails
     */
    public void resize(int id, long sizeBytes, long modifiedMillis) throws IOException {
        existing(id);
        Page page = writable(id);
        int at = records.offset(page, id);
        CatalogueRecord.putSizeBytes(page.data, at, sizeBytes);
        CatalogueRecord.putModifiedMillis(page.data, at, modifiedMillis);
    }

    /**
     * Notes the time of a change.
     *
     * @param id the image
     * @param modifiedMillis when, since 1970
     * @throws IOException if reading fails
     */
    public void touch(int id, long modifiedMillis) throws IOException {
        if (!contains(id)) {
            throw noImage(id);
        }
        Page page = writable(id);
        CatalogueRecord.putModifiedMillis(page.data, records.offset(page, id), modifiedMillis);
    }

    /**
     * Takes an image without mapped blocks out.
     *
     * @param id the image
     * @throws IllegalStateException if it has mapped blocks
     * @throws IOException if reading fails
     */
    public void remove(int id) throws IOException {
        ImageRecord image = existing(id);
        if (root(id).pointer != 0) {
            throw new IllegalStateException(
                    "image " + id + " mapped blocks: actual=" + image.mappedBlocks() + " expected=0");
        }
        records.remove(writable(id), id);
        ids.clear(id);
        dropOrigin(image.origin());
        if (!image.hidden()) {
            idByName.remove(image.name());
        }
    }

    /**
     * The image of a name.
     *
     * @param name the name
     * @return its number, 0 if there is none that is published
     */
    public int find(String name) {
        return idByName.getOrDefault(name, 0);
    }

    /**
     * An image's record.
     *
     * @param id its number
     * @return the record, null if there is no such image
     * @throws IOException if reading fails
     */
    public @Nullable ImageRecord get(int id) throws IOException {
        if (id < 1 || !ids.get(id)) {
            return null;
        }
        Page page = records.page(id);
        return page == null ? null : image(page, records.offset(page, id), id);
    }

    /**
     * All images, hidden ones too, by number.
     *
     * @return a new list
     * @throws IOException if reading fails
     */
    public List<ImageRecord> list() throws IOException {
        List<ImageRecord> images = new ArrayList<>();
        records.forEachPage((page, firstRecord) -> {
            for (int i = 0; i < TreeShape.CATALOGUE.recordsPerLeaf; i++) {
                int at = page.recordOffset(i);
                if (CatalogueRecord.state(page.data, at) != CatalogueRecord.STATE_NONE) {
                    images.add(checked(page, at, firstRecord + i));
                }
            }
        });
        return images;
    }

    /**
     * The names of the published images, sorted.
     *
     * @return a new list
     */
    public List<String> names() {
        List<String> names = new ArrayList<>(idByName.keySet());
        names.sort(null);
        return names;
    }

    /**
     * The number of images, hidden ones too.
     *
     * @return the count
     */
    public int count() {
        return ids.cardinality() - 1;
    }

    /**
     * Whether there is an image, hidden or not.
     *
     * @param id its number
     * @return true if so
     */
    public boolean contains(int id) {
        return id >= 1 && ids.get(id);
    }

    /**
     * An image's size; makes no object.
     *
     * @param id the image
     * @return the size in bytes, -1 if there is none
     * @throws IOException if reading fails
     */
    public long sizeBytes(int id) throws IOException {
        Page page = contains(id) ? records.page(id) : null;
        return page == null ? -1 : CatalogueRecord.sizeBytes(page.data, records.offset(page, id));
    }

    /** The page with an image's record; makes no object. */
    Page page(int id) throws IOException {
        Page page = id < 1 || !ids.get(id) ? null : records.page(id);
        if (page == null) {
            throw noImage(id);
        }
        return page;
    }

    /** Where an image's record lies in its page. */
    int offset(Page page, int id) {
        return records.offset(page, id);
    }

    /** Where an image's map starts; a new object. */
    TreeRoot root(int id) throws IOException {
        return root(id, new TreeRoot());
    }

    /** Where an image's map starts; returns the object that takes it. */
    TreeRoot root(int id, TreeRoot into) throws IOException {
        Page page = page(id);
        int at = offset(page, id);
        into.read("image ", id, CatalogueRecord.root(page.data, at), CatalogueRecord.height(page.data, at));
        return into;
    }

    /** Stores where an image's map starts, and adds to its mapped blocks. */
    void putMap(int id, TreeRoot root, long mappedBlocks) throws IOException {
        Page page = records.writablePage(id);
        int at = records.offset(page, id);
        CatalogueRecord.putRoot(page.data, at, root.pointer, root.height);
        CatalogueRecord.putMappedBlocks(page.data, at, CatalogueRecord.mappedBlocks(page.data, at) + mappedBlocks);
    }

    private Page writable(int id) throws IOException {
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        return records.writablePage(id);
    }

    ImageRecord existing(int id) throws IOException {
        ImageRecord image = get(id);
        if (image == null) {
            throw noImage(id);
        }
        return image;
    }

    private static IllegalStateException noImage(int id) {
        return new IllegalStateException("image " + id + ": actual=none expected=an image");
    }

    private void checkFree(String name) throws AlreadyExistsException {
        if (idByName.containsKey(name)) {
            throw new AlreadyExistsException("image " + name, "the name is taken");
        }
    }

    private static byte[] nameBytes(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 1
                || bytes.length > MAX_NAME_BYTES
                || !new String(bytes, StandardCharsets.UTF_8).equals(name)) {
            throw new InvalidArgumentException("image name", name, "1 to " + MAX_NAME_BYTES + " bytes of UTF-8");
        }
        return bytes;
    }

    /** A record of which all that could not have been written is refused: memory and arithmetic depend on it. */
    private static ImageRecord checked(Page page, int at, long number) throws CorruptionException {
        check(number >= 1 && number <= MAX_ID, number, "number", number, "1 to " + MAX_ID);
        ImageRecord image = image(page, at, (int) number);
        int state = CatalogueRecord.state(page.data, at);
        boolean isState = state == CatalogueRecord.STATE_PUBLISHED || state == CatalogueRecord.STATE_HIDDEN;
        check(isState, number, "state", state, "1 or 2");
        check(image.sizeBytes() >= 0, number, "size", image.sizeBytes(), "0 or more");
        check(image.mappedBlocks() >= 0, number, "mapped blocks", image.mappedBlocks(), "0 or more");
        check(image.origin() >= 0, number, "origin", image.origin(), "0 or more");
        int length = image.name().getBytes(StandardCharsets.UTF_8).length;
        check(
                length == CatalogueRecord.nameBytes(page.data, at) && length > 0,
                number,
                "bytes of the name",
                CatalogueRecord.nameBytes(page.data, at),
                "1 to " + MAX_NAME_BYTES + " of UTF-8");
        return image;
    }

    private static void check(boolean isRight, long number, String what, long actual, String expected)
            throws CorruptionException {
        if (!isRight) {
            throw new CorruptionException("image " + number, what + ": actual=" + actual + " expected=" + expected);
        }
    }

    static ImageRecord image(Page page, int at, int id) {
        byte[] data = page.data;
        int flags = CatalogueRecord.flags(data, at);
        return new ImageRecord(
                id,
                CatalogueRecord.name(data, at),
                CatalogueRecord.state(data, at) == CatalogueRecord.STATE_HIDDEN,
                (flags & CatalogueRecord.FLAG_DELETING) != 0,
                (flags & CatalogueRecord.FLAG_SNAPSHOT) != 0,
                CatalogueRecord.origin(data, at),
                CatalogueRecord.sizeBytes(data, at),
                CatalogueRecord.mappedBlocks(data, at),
                CatalogueRecord.createdMillis(data, at),
                CatalogueRecord.modifiedMillis(data, at));
    }
}
