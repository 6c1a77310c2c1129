package io.github.livededup.engine.journal;

import io.github.livededup.CorruptionException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * The journal's files as one ring. Safe for use by many threads.
 *
 * <p>A segment's header is written once and tells nothing that the others do not; so a damaged one is a warning, and it is
 * written anew, as long as one is intact. A segment that is absent, too short or another volume's is damage.
 */
final class JournalSegments implements Closeable {
    static final String FOLDER = "journal";

    private static final Logger LOG = System.getLogger(JournalSegments.class.getName());

    private final List<VolumeFile> files;
    private final JournalGeometry geometry;
    /** 1 where a segment holds writes that no force may have covered. */
    private final AtomicIntegerArray dirty;

    private JournalSegments(List<VolumeFile> files, JournalGeometry geometry) {
        this.files = files;
        this.geometry = geometry;
        this.dirty = new AtomicIntegerArray(files.size());
    }

    /** Creates all segments, allocated, headers written, durable. */
    static JournalSegments create(VolumeDirectory directory, JournalOptions options) throws IOException {
        List<VolumeFile> files = new ArrayList<>();
        try {
            directory.createFolder(FOLDER);
            for (int i = 0; i < options.segmentCount(); i++) {
                VolumeFile file = directory.open(name(i), OpenMode.CREATE);
                files.add(file);
                file.allocate(0, options.segmentBytes());
                file.write(header(options.volumeId(), i, options.segmentCount(), options.segmentBytes()), 0);
                file.force();
            }
            directory.force(FOLDER);
            directory.force("");
            return new JournalSegments(files, new JournalGeometry(options.segmentCount(), options.segmentBytes()));
        } catch (Throwable e) {
            closeAfter(files, e);
            throw e;
        }
    }

    /**
     * Opens the segments there are.
     *
     * @throws UnsupportedFormatException if one is of an unknown version
     * @throws CorruptionException if one is absent, too short or another volume's, or no header is intact
     */
    static JournalSegments open(VolumeDirectory directory, JournalOptions options) throws IOException {
        List<VolumeFile> files = new ArrayList<>();
        try {
            OpenMode mode = options.readOnly() ? OpenMode.READ : OpenMode.WRITE;
            List<Integer> damaged = new ArrayList<>();
            JournalGeometry geometry = null;
            for (int i = 0; geometry == null || i < geometry.segmentCount(); i++) {
                VolumeFile file = openSegment(directory, i, mode);
                files.add(file);
                JournalGeometry there = readHeader(file, options.volumeId(), i);
                if (there == null) {
                    damaged.add(i);
                } else if (geometry != null && !geometry.equals(there)) {
                    throw new CorruptionException(
                            file.description(), "journal size: actual=" + there + " expected=" + geometry);
                } else {
                    geometry = there;
                }
            }
            checkSizes(files, geometry);
            JournalSegments segments = new JournalSegments(files, geometry);
            for (int i : damaged) {
                segments.mend(i, options);
            }
            return segments;
        } catch (Throwable e) {
            closeAfter(files, e);
            throw e;
        }
    }

    JournalGeometry geometry() {
        return geometry;
    }

    /** Reads from a position, within its segment. */
    void read(long position, ByteBuffer into) throws IOException {
        files.get(geometry.segment(position)).read(into, geometry.offsetBytes(position));
    }

    /** Writes at a position, within its segment; the segment is dirty from then on. */
    void write(long position, ByteBuffer from) throws IOException {
        int segment = geometry.segment(position);
        files.get(segment).write(from, geometry.offsetBytes(position));
        dirty.set(segment, 1);
    }

    /** Makes durable what was written before, by whichever thread; later writes may or may not be. */
    void forceDirty() throws IOException {
        for (int i = 0; i < files.size(); i++) {
            // Cleared before the force: a write during it sets it again, at worst in vain.
            if (dirty.getAndSet(i, 0) == 1) {
                files.get(i).force();
            }
        }
    }

    /** Makes durable what anybody, also a process that was killed, wrote before. */
    void forceAll() throws IOException {
        for (int i = 0; i < files.size(); i++) {
            dirty.set(i, 1);
        }
        forceDirty();
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (VolumeFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** What is wrong with the segments' headers and sizes, or null if nothing is. */
    @Nullable
    String problem(UUID volumeId) throws IOException {
        try {
            for (int i = 0; i < geometry.segmentCount(); i++) {
                if (!geometry.equals(readHeader(files.get(i), volumeId, i))) {
                    return "header of " + files.get(i).description() + ": actual=damaged expected=" + geometry;
                }
            }
            checkSizes(files, geometry);
            return null;
        } catch (LiveDedupException e) {
            return e.getMessage();
        }
    }

    private void mend(int segment, JournalOptions options) throws IOException {
        VolumeFile file = files.get(segment);
        LOG.log(
                Level.WARNING,
                "{0}: the header is damaged; those of other segments stand in for it",
                file.description());
        if (!options.readOnly()) {
            file.write(header(options.volumeId(), segment, geometry.segmentCount(), geometry.segmentBytes()), 0);
            file.force();
        }
    }

    private static VolumeFile openSegment(VolumeDirectory directory, int index, OpenMode mode) throws IOException {
        try {
            if (index >= JournalOptions.MAX_SEGMENTS) {
                throw new CorruptionException(
                        directory.description() + "/" + FOLDER, "intact segment headers: actual=0 expected=1 or more");
            }
            return directory.open(name(index), mode);
        } catch (NoSuchFileException e) {
            throw new CorruptionException(directory.description() + "/" + name(index), "journal segment is absent", e);
        }
    }

    /** The geometry a header tells, or null if it is damaged. */
    private static @Nullable JournalGeometry readHeader(VolumeFile file, UUID volumeId, int index) throws IOException {
        if (file.sizeBytes() < JournalLayout.SEGMENT_HEADER_BYTES) {
            return null;
        }
        ByteBuffer page = page();
        file.read(page, 0);
        if (!JournalLayout.isSegment(page)) {
            return null;
        }
        int version = JournalLayout.segmentVersion(page);
        if (version != JournalLayout.VERSION) {
            throw new UnsupportedFormatException(
                    file.description(), version, JournalLayout.VERSION, JournalLayout.VERSION);
        }
        if (!JournalLayout.isSegmentIntact(page)) {
            return null;
        }
        if (!JournalLayout.segmentVolumeId(page).equals(volumeId)) {
            throw new CorruptionException(
                    file.description(),
                    "volume of a journal segment: actual=" + JournalLayout.segmentVolumeId(page) + " expected="
                            + volumeId);
        }
        int count = JournalLayout.segmentCount(page);
        int bytes = JournalLayout.segmentBytes(page);
        if (JournalLayout.segmentIndex(page) != index || !JournalOptions.isGeometry(count, bytes)) {
            throw new CorruptionException(
                    file.description(),
                    "journal segment: actual=" + JournalLayout.segmentIndex(page) + " of " + count + " x " + bytes
                            + " expected=" + index);
        }
        return new JournalGeometry(count, bytes);
    }

    private static void checkSizes(List<VolumeFile> files, JournalGeometry geometry) throws IOException {
        for (VolumeFile file : files.subList(0, geometry.segmentCount())) {
            if (file.sizeBytes() < geometry.segmentBytes()) {
                throw new CorruptionException(
                        file.description(),
                        "size in bytes: actual=" + file.sizeBytes() + " expected=" + geometry.segmentBytes());
            }
        }
    }

    private static ByteBuffer header(UUID volumeId, int index, int count, int bytes) {
        ByteBuffer page = page();
        JournalLayout.writeSegmentHeader(page, volumeId, index, count, bytes);
        return page;
    }

    private static ByteBuffer page() {
        return ByteBuffer.allocate(JournalLayout.SEGMENT_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String name(int index) {
        return String.format(Locale.ROOT, "%s/%06d.log", FOLDER, index);
    }

    private static void closeAfter(List<VolumeFile> files, Throwable cause) {
        for (VolumeFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
