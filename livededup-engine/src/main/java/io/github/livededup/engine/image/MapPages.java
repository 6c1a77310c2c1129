package io.github.livededup.engine.image;

import io.github.livededup.engine.store.WriteBack;
import java.io.IOException;

/** The pages of an image's map for whose growth room was set aside, each once. The image's write lock is held. */
final class MapPages {
    private final WriteBack writeBack;
    private final int imageId;
    private final SlotTable seen = new SlotTable();
    private long pages;

    MapPages(WriteBack writeBack, int imageId) {
        this.writeBack = writeBack;
        this.imageId = imageId;
    }

    /**
     * Sets room aside for a block of any content.
     *
     * @throws io.github.livededup.VolumeFullException if there is none; nothing changed
     * @throws IOException if metadata cannot be read
     */
    void accept(long block) throws IOException {
        long page = WriteBack.mapPage(block);
        boolean isNew = seen.find(page) == SlotTable.NONE;
        long growth = isNew ? writeBack.pagesFor(imageId, block) : 0;
        if (isNew) {
            seen.put(page, 0); // first, since it may need memory: what was accepted would not be given back
        }
        boolean isAccepted = false;
        try {
            writeBack.accept(1, growth);
            isAccepted = true;
        } finally {
            if (isNew && !isAccepted) {
                seen.remove(page);
            }
        }
        pages += growth;
    }

    /**
     * Sets room aside for pages that are there now, and go before what waits to be stored on them is.
     *
     * @throws io.github.livededup.VolumeFullException if there is none; nothing changed
     * @throws IOException if the volume has failed
     */
    void acceptLoss(long lost) throws IOException {
        writeBack.accept(0, lost);
        pages += lost;
    }

    /** Gives back the room for pages; no block of the image waits to be stored. */
    void giveBack() {
        seen.clear();
        if (pages != 0) {
            writeBack.giveBack(0, pages);
            pages = 0;
        }
    }
}
