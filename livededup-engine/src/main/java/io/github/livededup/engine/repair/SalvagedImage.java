package io.github.livededup.engine.repair;

import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.metadata.MetadataSalvage;
import org.jspecify.annotations.Nullable;

/** An image of a damaged volume: its map as of the checkpoint, and what the journal says since. */
final class SalvagedImage {
    final MetadataSalvage.Image map;
    String name;
    boolean hidden;
    final boolean snapshot;
    long sizeBytes;
    long modifiedMillis;
    MapOverlay overlay;

    private SalvagedImage(
            MetadataSalvage.Image map,
            String name,
            boolean hidden,
            boolean snapshot,
            long sizeBytes,
            long modifiedMillis,
            @Nullable MapOverlay below) {
        this.map = map;
        this.name = name;
        this.hidden = hidden;
        this.snapshot = snapshot;
        this.sizeBytes = sizeBytes;
        this.modifiedMillis = modifiedMillis;
        overlay = new MapOverlay(below);
    }

    /** One that the checkpoint has. */
    static SalvagedImage of(MetadataSalvage.Image map) {
        ImageRecord image = map.image();
        return new SalvagedImage(
                map, image.name(), image.hidden(), image.snapshot(), image.sizeBytes(), image.modifiedMillis(), null);
    }

    /** One that the journal made. */
    static SalvagedImage created(int id, String name, boolean hidden, long sizeBytes, long timeMillis) {
        ImageRecord image = new ImageRecord(id, name, hidden, false, false, 0, sizeBytes, 0, timeMillis, timeMillis);
        return new SalvagedImage(
                new MetadataSalvage.Image(image, 0, 0), name, hidden, false, sizeBytes, timeMillis, null);
    }

    /** One that the journal took from this one. */
    SalvagedImage cloned(String newName, boolean isHidden, boolean isSnapshot, long timeMillis) {
        MapOverlay shared = overlay.frozen();
        overlay = new MapOverlay(shared);
        return new SalvagedImage(map, newName, isHidden, isSnapshot, sizeBytes, timeMillis, shared);
    }
}
