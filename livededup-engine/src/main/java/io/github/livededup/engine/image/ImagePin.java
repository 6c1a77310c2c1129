package io.github.livededup.engine.image;

import io.github.livededup.ImageInfo;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The state of an image at one moment, to be read while others write: a hidden clone, which is dropped when the pin is
 * closed, or by the next open after a crash. A snapshot is its own pin, since it never changes; so is an image of a volume
 * that takes no changes or has no room for one.
 */
final class ImagePin implements Closeable {
    private static final Logger LOG = System.getLogger(ImagePin.class.getName());

    private final BlockStoreCore store;
    private final ImageState state;
    private final int imageId;
    private final long sizeBytes;

    private ImagePin(BlockStoreCore store, ImageState state, int imageId) throws IOException {
        this.store = store;
        this.state = state;
        this.imageId = imageId;
        sizeBytes = store.metadata().imageSizeBytes(imageId);
    }

    /**
     * Pins an image as all writes that returned before left it. The caller is in a call of the volume, and holds no lock.
     *
     * @param store the block store
     * @param state the image
     * @return the pin; the caller closes it
     * @throws io.github.livededup.NotFoundException if the image was deleted
     * @throws IOException if metadata cannot be read
     */
    static ImagePin of(BlockStoreCore store, ImageState state) throws IOException {
        ImageInfo info = store.metadata().imageInfo(state.id);
        state.check();
        if (info.isSnapshot() || store.settings().readOnly()) {
            return new ImagePin(store, state, state.id);
        }
        state.flushWrites(); // or nothing is read, for it would not be what was written
        int cloneId;
        try {
            cloneId = cloneOf(store, state, info.name());
        } catch (VolumeFullException | VolumeFailedException | ReadOnlyException e) {
            LOG.log(Level.DEBUG, "{0}: image {1} is read as it changes: {2}", store.description(), info.name(), e);
            return new ImagePin(store, state, state.id);
        }
        try {
            return new ImagePin(store, state, cloneId);
        } catch (IOException | RuntimeException e) {
            store.discardHidden(cloneId, e);
            throw e;
        }
    }

    private static int cloneOf(BlockStoreCore store, ImageState state, String name) throws IOException {
        store.keepRoom();
        state.writeLock.lock();
        try {
            state.check();
            state.flushBuffered();
            return store.imageChanges().cloneHiddenImage(state.id, name);
        } finally {
            state.writeLock.unlock();
        }
    }

    /** The image to read; its map does not change while the pin is open, as far as the class says. */
    int imageId() {
        return imageId;
    }

    /** The image's size. */
    long sizeBytes() {
        return sizeBytes;
    }

    /**
     * To be called when reading is done, before what was read is believed.
     *
     * @throws io.github.livededup.NotFoundException if the image was deleted meanwhile, and was not kept by a clone
     */
    void check() throws IOException {
        if (imageId == state.id) {
            state.check();
        }
    }

    /** Drops the clone. What goes wrong is left to the next open of the volume. */
    @Override
    public void close() {
        if (imageId == state.id) {
            return;
        }
        try {
            store.imageChanges().deleteImage(imageId);
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    Level.DEBUG,
                    "{0}: hidden image {1} stays until the volume is opened: {2}",
                    store.description(),
                    imageId,
                    e);
        }
    }
}
