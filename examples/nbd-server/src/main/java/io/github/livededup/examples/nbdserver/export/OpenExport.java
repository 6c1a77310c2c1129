package io.github.livededup.examples.nbdserver.export;

import io.github.livededup.Image;
import java.io.Closeable;
import java.io.IOException;

/** An export that a connection has open, and has to close when none of its requests is under way any more. */
public final class OpenExport implements Closeable {
    private final Export export;
    private final Image image;
    private final Closeable afterwards;

    OpenExport(Export export, Image image, Closeable afterwards) {
        this.export = export;
        this.image = image;
        this.afterwards = afterwards;
    }

    /**
     * What the client was told.
     *
     * @return the description
     */
    public Export export() {
        return export;
    }

    /**
     * The image behind it.
     *
     * @return a handle of this connection's own
     */
    public Image image() {
        return image;
    }

    /**
     * Closes the image, and deletes it if it is a clone that is not to stay.
     *
     * @throws IOException if deleting fails
     */
    @Override
    public void close() throws IOException {
        image.close();
        afterwards.close();
    }
}
