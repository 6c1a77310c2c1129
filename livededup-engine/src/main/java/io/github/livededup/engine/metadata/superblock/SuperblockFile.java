package io.github.livededup.engine.metadata.superblock;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.SuperblockLayout;
import io.github.livededup.engine.format.VolumeFormat;
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
import org.jspecify.annotations.Nullable;

/**
 * The file of the two superblock slots. Generation {@code g} is written to slot {@code g mod 2}, so the slot that holds
 * the newest intact superblock is never the one being written, and a write that is torn leaves the former checkpoint in
 * force. {@link #current()} may be called by any thread; {@link #write} by one at a time.
 */
public final class SuperblockFile implements Closeable {
    /** The file's name. */
    public static final String NAME = "superblock";

    private static final Logger LOG = System.getLogger(SuperblockFile.class.getName());
    private static final long FIRST_GENERATION = 1;
    /** In place of a slot's number: the superblock in force is in no slot as it counts. */
    private static final int NO_SLOT = -1;

    private final VolumeFile file;
    /** The slot that the superblock in force was read from. */
    private final int openedSlot;

    private final boolean openedDamaged;
    private volatile Superblock current;
    private @Nullable Throwable failure;

    private SuperblockFile(VolumeFile file, Superblock current, int openedSlot, boolean openedDamaged) {
        this.file = file;
        this.current = current;
        this.openedSlot = openedSlot;
        this.openedDamaged = openedDamaged;
    }

    /**
     * Creates the file with a volume's first superblock in both slots, durably. What the superblock points to must be
     * durable before.
     *
     * @param directory the volume's directory
     * @param first a superblock of generation 1
     * @return the open file; the caller closes it
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     * @throws IOException if the file system refuses
     */
    public static SuperblockFile create(VolumeDirectory directory, Superblock first) throws IOException {
        if (first.generation() != FIRST_GENERATION) {
            throw new IllegalArgumentException(
                    "generation: actual=" + first.generation() + " expected=" + FIRST_GENERATION);
        }
        VolumeFile file = directory.open(NAME, OpenMode.CREATE);
        try {
            file.allocate(0, SuperblockLayout.FILE_BYTES);
            for (int slot = 0; slot < SuperblockLayout.SLOT_COUNT; slot++) {
                file.write(encoded(first), positionBytes(slot));
            }
            file.force();
            directory.force("");
            return new SuperblockFile(file, first, 0, false);
        } catch (Throwable e) {
            closeAfter(file, e);
            throw e;
        }
    }

    /**
     * Opens the file and reads the newest intact superblock. That one slot is damaged, or that the disk cannot read it, is logged as a
     * warning: a torn write of the last checkpoint does it, and the next checkpoint mends it.
     *
     * @param directory the volume's directory
     * @param readOnly whether {@link #write} will not be called
     * @return the open file; the caller closes it
     * @throws NotFoundException if there is no file, or nothing in it is a superblock
     * @throws UnsupportedFormatException if a slot is of a version, or needs a feature, that this library does not know
     * @throws CorruptionException if no slot is intact
     * @throws IOException if the file system refuses
     */
    public static SuperblockFile open(VolumeDirectory directory, boolean readOnly) throws IOException {
        VolumeFile file;
        try {
            file = directory.open(NAME, readOnly ? OpenMode.READ : OpenMode.WRITE);
        } catch (NoSuchFileException e) {
            throw new NotFoundException(directory.description(), "no volume: file " + NAME + " is absent", e);
        }
        try {
            return readNewest(file);
        } catch (Throwable e) {
            closeAfter(file, e);
            throw e;
        }
    }

    /**
     * As {@link #open}, but goes back to the older superblock if both are intact. It counts as one of a generation above the newer
     * one's, so that the next one written takes the newer one's place, and all pages written are told from the newer one's.
     *
     * @param directory the volume's directory
     * @param readOnly whether {@link #write} will not be called
     * @return the open file, {@linkplain #wasDamaged() damaged}; the caller closes it
     * @throws IOException as {@link #open} says
     */
    public static SuperblockFile openOlder(VolumeDirectory directory, boolean readOnly) throws IOException {
        SuperblockFile file = open(directory, readOnly);
        if (file.wasDamaged()) {
            return file;
        }
        try {
            Superblock older = older(directory, file.current.generation());
            return older == null ? file : new SuperblockFile(file.file, older, NO_SLOT, true);
        } catch (Throwable e) {
            closeAfter(file.file, e);
            throw e;
        }
    }

    /** The superblock that is not the newest, as {@link #openOlder} counts it; null if there is none. */
    private static @Nullable Superblock older(VolumeDirectory directory, long newest) throws IOException {
        for (Slot slot : slots(directory)) {
            Superblock found = slot.superblock();
            if (found != null && found.generation() != newest) {
                return new Superblock(
                        found.format(),
                        newest + 1,
                        found.roots(),
                        found.journalStart(),
                        found.nextImageId(),
                        false,
                        found.compatFlags());
            }
        }
        return null;
    }

    /**
     * Reads both slots, whatever state they are in, and writes nothing.
     *
     * @param directory the volume's directory
     * @return what each slot holds, by its number
     * @throws NotFoundException if there is no file
     * @throws UnsupportedFormatException if a slot is of a version, or needs a feature, that this library does not know
     * @throws IOException if the file system refuses
     */
    public static List<Slot> slots(VolumeDirectory directory) throws IOException {
        try (VolumeFile file = directory.open(NAME, OpenMode.READ)) {
            List<Slot> slots = new ArrayList<>();
            for (int slot = 0; slot < SuperblockLayout.SLOT_COUNT; slot++) {
                String resource = file.description() + " slot " + slot;
                slots.add(slot(file, slot, resource));
            }
            return slots;
        } catch (NoSuchFileException e) {
            throw new NotFoundException(directory.description(), "no volume: file " + NAME + " is absent", e);
        }
    }

    private static Slot slot(VolumeFile file, int number, String resource) throws IOException {
        ByteBuffer bytes;
        try {
            bytes = readSlot(file, number);
        } catch (IOException e) {
            return new Slot(number, null, "cannot be read: " + e.getMessage());
        }
        if (!isIntact(bytes, resource)) {
            return new Slot(
                    number,
                    null,
                    SuperblockLayout.hasMagic(bytes) ? "its checksum does not hold" : "it is no superblock");
        }
        try {
            return new Slot(number, SuperblockLayout.read(bytes, resource), null);
        } catch (CorruptionException e) {
            return new Slot(number, null, String.valueOf(e.getMessage()));
        }
    }

    /**
     * A slot of the file.
     *
     * @param number its number
     * @param superblock what it holds, null if it is damaged
     * @param problem what is wrong, null if it is intact
     */
    public record Slot(
            int number,
            @Nullable Superblock superblock,
            @Nullable String problem) {}

    /**
     * The superblock in force.
     *
     * @return what was read or written last
     */
    public Superblock current() {
        return current;
    }

    /**
     * Whether one of the slots was damaged when the file was opened. The other one may then be older than what was in
     * force: that the volume was {@linkplain Superblock#cleanlyClosed() closed cleanly} must not be taken from it, and groups may
     * have moved since.
     *
     * @return true if so
     */
    public boolean wasDamaged() {
        return openedDamaged;
    }

    /**
     * Makes the superblock that was opened durable. It may have been read from the system's cache and be nowhere else: whoever wrote it was
     * killed before the force, or the force failed. After a failed force the system takes the bytes as written, and another force does nothing;
     * so they are written again as they are, which no tear can harm. An {@linkplain #openOlder older} superblock was durable
     * before the newer one was written. To be called before anything is written that the superblock before may need.
     *
     * @throws IOException if the file system refuses; {@link #write} then refuses as well
     */
    public void confirm() throws IOException {
        try {
            if (openedSlot != NO_SLOT) {
                file.write(readSlot(file, openedSlot), positionBytes(openedSlot));
            }
            file.force();
        } catch (Throwable e) {
            failure = e;
            throw e;
        }
    }

    /**
     * Puts a superblock in force: it is durable when this returns. What it points to must be durable before.
     *
     * @param next a superblock of the generation after {@link #current()}'s, with the same format
     * @throws VolumeFailedException if an earlier call failed
     * @throws IOException if the file system refuses; which superblock is in force then is known only after opening again
     */
    public void write(Superblock next) throws IOException {
        if (next.generation() != current.generation() + 1 || !isSame(next.format(), current.format())) {
            throw new IllegalArgumentException("superblock: actual=" + next + " expected=next after " + current);
        }
        if (failure != null) {
            throw new VolumeFailedException(file.description(), "superblock is not written after a failure", failure);
        }
        try {
            file.write(encoded(next), positionBytes((int) (next.generation() % SuperblockLayout.SLOT_COUNT)));
            file.force();
        } catch (Throwable e) {
            failure = e;
            throw e;
        }
        current = next;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Whether formats are equal. They are nearly always one object, and the first comparison of records takes a JVM some milliseconds. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(VolumeFormat one, VolumeFormat other) {
        return one == other || one.equals(other);
    }

    private static SuperblockFile readNewest(VolumeFile file) throws IOException {
        Superblock newest = null;
        int newestSlot = NO_SLOT;
        boolean magicSeen = false;
        int damaged = -1;
        IOException unreadable = null;
        for (int slot = 0; slot < SuperblockLayout.SLOT_COUNT; slot++) {
            ByteBuffer bytes;
            try {
                bytes = readSlot(file, slot);
            } catch (IOException e) {
                damaged = slot;
                unreadable = e;
                continue;
            }
            String resource = file.description() + " slot " + slot;
            magicSeen |= SuperblockLayout.hasMagic(bytes);
            if (!isIntact(bytes, resource)) {
                damaged = slot;
                continue;
            }
            Superblock read = SuperblockLayout.read(bytes, resource);
            if (newest == null || read.generation() > newest.generation()) {
                newest = read;
                newestSlot = slot;
            }
        }
        if (newest == null && unreadable != null) {
            throw unreadable;
        }
        if (newest == null && !magicSeen) {
            throw new NotFoundException(file.description(), "no volume: the file is no superblock");
        }
        if (newest == null) {
            throw new CorruptionException(file.description(), "intact superblock slots: actual=0 expected=1..2");
        }
        if (damaged >= 0) {
            LOG.log(
                    Level.WARNING,
                    "{0}: slot {1} is damaged; the volume goes on from generation {2} in the other",
                    file.description(),
                    damaged,
                    Long.toString(newest.generation()));
        }
        return new SuperblockFile(file, newest, newestSlot, damaged >= 0);
    }

    /** Whether a slot can be read; one of an unknown format is refused even if its checksum is of another kind. */
    private static boolean isIntact(ByteBuffer slot, String resource) throws UnsupportedFormatException {
        if (!SuperblockLayout.hasMagic(slot) || !SuperblockLayout.hasVersion(slot)) {
            return false;
        }
        int version = SuperblockLayout.version(slot);
        if (version < SuperblockLayout.OLDEST_VERSION || version > SuperblockLayout.VERSION) {
            throw unsupported(resource, version);
        }
        if (!SuperblockLayout.isIntact(slot)) {
            return false;
        }
        if (SuperblockLayout.incompatFlags(slot) != 0) {
            // Whoever set an unknown feature is a newer library: its volumes count as of the next version.
            throw unsupported(resource, SuperblockLayout.VERSION + 1);
        }
        return true;
    }

    private static UnsupportedFormatException unsupported(String resource, int version) {
        return new UnsupportedFormatException(
                resource, version, SuperblockLayout.OLDEST_VERSION, SuperblockLayout.VERSION);
    }

    /** Reads a slot; what the file lacks reads as zeros, which no superblock starts with. */
    private static ByteBuffer readSlot(VolumeFile file, int slot) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SuperblockLayout.SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long there = Math.min(SuperblockLayout.SLOT_BYTES, file.sizeBytes() - positionBytes(slot));
        if (there > 0) {
            file.read(bytes.limit((int) there), positionBytes(slot));
        }
        return bytes.clear();
    }

    private static ByteBuffer encoded(Superblock superblock) {
        ByteBuffer bytes = ByteBuffer.allocate(SuperblockLayout.SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        SuperblockLayout.write(superblock, bytes);
        return bytes;
    }

    private static long positionBytes(int slot) {
        return (long) slot * SuperblockLayout.SLOT_DISTANCE_BYTES;
    }

    private static void closeAfter(VolumeFile file, Throwable cause) {
        try {
            file.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
