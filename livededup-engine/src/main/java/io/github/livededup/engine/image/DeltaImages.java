package io.github.livededup.engine.image;

import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.ImportResult;
import io.github.livededup.engine.format.DeltaHeader;
import io.github.livededup.engine.metadata.MapDiff;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** Delta streams out of and into images: stable states to read from, and a hidden image to apply a stream to. */
final class DeltaImages {
    private DeltaImages() {}

    /** Publishes the image that an import made, and takes it back if the import fails all the same. One import's. */
    interface Publisher {
        /**
         * Publishes.
         *
         * @param imageId the hidden image
         * @param sizeBytes its size
         * @throws IOException if that fails
         */
        void publish(int imageId, long sizeBytes) throws IOException;

        /**
         * Deletes the image, published or not. Others may have opened, changed, renamed or deleted it since it was
         * published, and its number may be another image's.
         *
         * @param imageId the image
         * @param failure why the import failed; what goes wrong here is added to it
         */
        void takeBack(int imageId, Throwable failure);
    }

    /** As {@link io.github.livededup.ImageStore#exportDelta} says; both images are pinned. */
    static DeltaResult send(
            BlockStoreCore store,
            @Nullable ImagePin base,
            ImagePin image,
            String name,
            WritableByteChannel channel,
            DeltaOptions options)
            throws IOException {
        ProgressMeter meter =
                new ProgressMeter("export delta", name, image.sizeBytes(), options.listener(), options.cancellation());
        int baseId = base == null ? MapDiff.NO_IMAGE : base.imageId();
        DeltaResult result = DeltaExport.run(store, baseId, image.imageId(), name, channel, options, meter);
        if (base != null) {
            base.check();
        }
        image.check();
        meter.finish();
        return result;
    }

    /** As {@link io.github.livededup.ImageStore#importDelta} says; the name is kept for the image. */
    static ImportResult receive(
            BlockStoreCore store,
            @Nullable ImageState base,
            String name,
            ReadableByteChannel channel,
            ProgressMeter meter,
            Publisher publisher)
            throws IOException {
        DeltaReader reader = new DeltaReader(channel, name, meter);
        DeltaHeader header = reader.header();
        meter.total(header.imageSizeBytes());
        store.keepRoom();
        int id = base == null ? store.imageChanges().createHiddenImage(name) : copyOf(store, base, name);
        try {
            DeltaImport.check(
                    header, store, name, base == null ? -1 : store.metadata().imageSizeBytes(id));
            store.imageChanges().resizeImage(id, header.imageSizeBytes());
            ImportResult result = DeltaImport.run(store, reader, id, name, meter);
            publisher.publish(id, header.imageSizeBytes());
            store.commitStored();
            meter.finish();
            return result;
        } catch (Throwable e) {
            publisher.takeBack(id, e);
            throw e;
        }
    }

    private static int copyOf(BlockStoreCore store, ImageState base, String name) throws IOException {
        base.writeLock.lock();
        try {
            base.check();
            base.flushBuffered();
            return store.imageChanges().copyHiddenImage(base.id, name);
        } finally {
            base.writeLock.unlock();
        }
    }
}
