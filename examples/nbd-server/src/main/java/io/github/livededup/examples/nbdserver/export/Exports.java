package io.github.livededup.examples.nbdserver.export;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The exports of a volume: every image and snapshot under its name, and a fresh clone of each under its name with "?clone"
 * behind it. An image whose own name ends so comes first.
 */
public final class Exports {
    /** What a client puts behind a name to get a clone. */
    public static final String CLONE_SUFFIX = "?clone";

    private final ImageStore images;
    private final int blockSizeBytes;
    private final ExportSettings settings;
    private final Clones clones;

    /**
     * Makes the exports.
     *
     * @param volume where the images are
     * @param settings how they are offered
     */
    public Exports(Volume volume, ExportSettings settings) {
        images = volume.images();
        blockSizeBytes = volume.blockSizeBytes();
        this.settings = settings;
        clones = new Clones(images, settings.readOnly() ? CloneMode.OFF : settings.clones());
    }

    /**
     * The names of all images and snapshots.
     *
     * @return a new list
     * @throws IOException if metadata cannot be read
     */
    public List<String> names() throws IOException {
        return images.list().stream().map(ImageInfo::name).toList();
    }

    /**
     * The clones that an earlier server has left behind, for it was killed or told to keep them.
     *
     * @return their names
     * @throws IOException if metadata cannot be read
     */
    public List<String> leftOverClones() throws IOException {
        return clones.leftOver();
    }

    /**
     * Tells of an export; no clone is made.
     *
     * @param requested the name that the client sent, empty for the default
     * @return what it would get
     * @throws NotFoundException if there is no such export
     * @throws IOException if metadata cannot be read
     */
    public Export describe(String requested) throws IOException {
        String name = orDefault(requested);
        Optional<ImageInfo> image = find(name);
        if (image.isPresent()) {
            return plain(image.get());
        }
        ImageInfo base = find(baseOf(name)).orElseThrow(() -> unknown(name));
        return new Export(name, base.sizeBytes(), false, false, "a new clone of " + base.name());
    }

    /**
     * Opens an export.
     *
     * @param requested the name that the client sent, empty for the default
     * @return the open export; the caller closes it
     * @throws NotFoundException if there is no such export
     * @throws IOException if metadata cannot be read, or a clone cannot be made
     */
    public OpenExport open(String requested) throws IOException {
        String name = orDefault(requested);
        Optional<ImageInfo> info = find(name);
        if (info.isEmpty()) {
            return clones.open(baseOf(name));
        }
        Export export = plain(info.get());
        Image image = export.isReadOnly() ? images.openReadOnly(name) : images.open(name);
        return new OpenExport(export, image, () -> {});
    }

    /**
     * The request size that suits best.
     *
     * @return the volume's block size
     */
    public int preferredBytes() {
        return blockSizeBytes;
    }

    private String orDefault(String requested) {
        return requested.isEmpty() ? settings.defaultExport() : requested;
    }

    private String baseOf(String name) throws NotFoundException {
        if (!clones.areAllowed() || !name.endsWith(CLONE_SUFFIX)) {
            throw unknown(name);
        }
        String base = name.substring(0, name.length() - CLONE_SUFFIX.length());
        return orDefault(base);
    }

    private Optional<ImageInfo> find(String name) throws IOException {
        try {
            return Optional.of(images.info(name));
        } catch (NotFoundException | InvalidArgumentException e) {
            return Optional.empty();
        }
    }

    private Export plain(ImageInfo info) {
        String description = info.isSnapshot() ? "a snapshot" : "an image";
        if (info.origin().isPresent()) {
            description += " made of " + info.origin().get();
        }
        return new Export(info.name(), info.sizeBytes(), settings.readOnly() || info.isSnapshot(), true, description);
    }

    private static NotFoundException unknown(String name) {
        return new NotFoundException(name, "there is no such export");
    }
}
