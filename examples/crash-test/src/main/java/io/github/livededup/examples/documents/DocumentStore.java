package io.github.livededup.examples.documents;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Documents by name, in the images of a volume. A document is saved whole or not at all: its new content goes into a draft,
 * which takes the document's place in one step once it is durable. Not safe for use by several threads.
 */
public final class DocumentStore {
    private static final String DRAFT = ".draft";

    private final Volume volume;

    /**
     * Opens the store, and removes drafts that a crash left.
     *
     * @param volume where the documents are; the caller closes it
     * @throws IOException if the volume fails
     */
    public DocumentStore(Volume volume) throws IOException {
        this.volume = volume;
        for (ImageInfo image : volume.images().list()) {
            if (image.name().endsWith(DRAFT)) {
                volume.images().delete(image.name());
            }
        }
    }

    /**
     * Saves a document; when this returns, it is durable.
     *
     * @param name the document; what it held is replaced
     * @param content what it holds from now on
     * @throws IOException if the volume fails; the document is then as it was or as it was to be
     */
    public void save(String name, byte[] content) throws IOException {
        try (Image draft = volume.images().create(name + DRAFT, content.length)) {
            draft.write(ByteBuffer.wrap(content), 0);
            draft.flush();
        }
        volume.images().replace(name + DRAFT, name);
        volume.commit();
    }

    /**
     * Whether there is a document.
     *
     * @param name its name
     * @return true if so
     * @throws IOException if the volume fails
     */
    public boolean exists(String name) throws IOException {
        return volume.images().list().stream().anyMatch(image -> image.name().equals(name));
    }

    /**
     * Loads a document.
     *
     * @param name its name
     * @return what it holds
     * @throws io.github.livededup.NotFoundException if there is none
     * @throws IOException if the volume fails
     */
    public byte[] load(String name) throws IOException {
        try (Image image = volume.images().openReadOnly(name)) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(image.sizeBytes()));
            image.read(content, 0);
            return content.array();
        }
    }
}
