package io.github.livededup.engine.metadata;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of a volume. Names are kept in memory; the rest is read from pages. A hidden image has a name in its record
 * but no place among the names, so several hidden ones may carry the same.
 */
public final class Catalogue {
    /** The longest name, in UTF-8 bytes. */
    public static final int MAX_NAME_BYTES = 255;

    Catalogue() {}

    /**
     * The lowest number that no image has; the one to create the next image with.
     *
     * @return from 1
     */
    public int freeId() {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * Takes an image's name away from it, before its blocks are let go of step by step.
     *
     * @param id the image; nothing happens if it is hidden
     * @throws IOException if reading fails
     */
    public void hide(int id) throws IOException {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * Notes the time of a change.
     *
     * @param id the image
     * @param modifiedMillis when, since 1970
     * @throws IOException if reading fails
     */
    public void touch(int id, long modifiedMillis) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes an image without mapped blocks out.
     *
     * @param id the image
     * @throws IllegalStateException if it has mapped blocks
     * @throws IOException if reading fails
     */
    public void remove(int id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The image of a name.
     *
     * @param name the name
     * @return its number, 0 if there is none that is published
     */
    public int find(String name) {
        throw new UnsupportedOperationException();
    }

    /**
     * An image's record.
     *
     * @param id its number
     * @return the record, null if there is no such image
     * @throws IOException if reading fails
     */
    public @Nullable ImageRecord get(int id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * All images, hidden ones too, by number.
     *
     * @return a new list
     * @throws IOException if reading fails
     */
    public List<ImageRecord> list() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The names of the published images, sorted.
     *
     * @return a new list
     */
    public List<String> names() {
        throw new UnsupportedOperationException();
    }

    /**
     * The number of images, hidden ones too.
     *
     * @return the count
     */
    public int count() {
        throw new UnsupportedOperationException();
    }
}
