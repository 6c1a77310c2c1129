package io.github.livededup.engine.fuzz;

import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a volume in memory as bytes, to be damaged by hand; offsets as the format document gives them. All numbers are
 * little-endian.
 */
public final class VolumeBytes {
    /** The size of a page of metadata, of a superblock slot and of a segment's header. */
    public static final int PAGE = 4096;
    /** Where the second superblock slot starts. */
    public static final int SLOT_DISTANCE = 65_536;

    static final int SLOT_GENERATION = 32;
    private static final int SLOT_CRC = PAGE - 4;

    private final MemoryDirectory directory;

    /** The files of a directory. */
    public VolumeBytes(MemoryDirectory directory) {
        this.directory = directory;
    }

    /** The directory whose files these are. */
    public MemoryDirectory directory() {
        return directory;
    }

    /** A copy that can be damaged without harm to this one. */
    public VolumeBytes copy() {
        return new VolumeBytes(directory.copy());
    }

    /** The names of all files, with their folders. */
    public List<String> names() {
        List<String> names = new ArrayList<>(directory.list(""));
        for (String folder : new String[] {"journal", "index"}) {
            directory.list(folder).forEach(name -> names.add(folder + "/" + name));
        }
        return names;
    }

    /** A file's size in bytes. */
    public long size(String name) {
        return onFile(name, OpenMode.READ, VolumeFile::sizeBytes);
    }

    /** Sets a file's size. */
    public void resize(String name, long sizeBytes) {
        onFile(name, OpenMode.WRITE, file -> {
            file.resize(sizeBytes);
            return null;
        });
    }

    /** Bytes of a file; what it lacks reads as zeros. */
    public byte[] read(String name, long position, int length) {
        return onFile(name, OpenMode.READ, file -> {
            byte[] bytes = new byte[length];
            int there = (int) Math.max(0, Math.min(length, file.sizeBytes() - position));
            if (there > 0) {
                file.read(ByteBuffer.wrap(bytes, 0, there), position);
            }
            return bytes;
        });
    }

    /** As {@link #read}, as a little-endian buffer of its own. */
    public ByteBuffer buffer(String name, long position, int length) {
        return ByteBuffer.wrap(read(name, position, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes bytes to a file. */
    public void write(String name, long position, byte[] bytes) {
        onFile(name, OpenMode.WRITE, file -> {
            file.write(ByteBuffer.wrap(bytes), position);
            return null;
        });
    }

    /** Deletes a file. */
    public void delete(String name) {
        try {
            directory.delete(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a whole file of another volume in the place of this one's. */
    public void exchange(String name, VolumeBytes other) {
        resize(name, 0);
        write(name, 0, other.read(name, 0, Math.toIntExact(other.size(name))));
        resize(name, other.size(name));
    }

    /** The position of the superblock slot in force: that of the higher generation. */
    public long slotInForce() {
        long first = buffer("superblock", 0, PAGE).getLong(SLOT_GENERATION);
        long second = buffer("superblock", SLOT_DISTANCE, PAGE).getLong(SLOT_GENERATION);
        return first > second ? 0 : SLOT_DISTANCE;
    }

    /** The superblock in force. */
    public ByteBuffer superblock() {
        return buffer("superblock", slotInForce(), PAGE);
    }

    /** Corrects the checksum of a superblock slot, or of a segment's header: they are in the same place. */
    public void sealSlot(String name, long position) {
        byte[] slot = read(name, position, PAGE);
        putInt(slot, SLOT_CRC, Checksums.crc32c(slot, 0, SLOT_CRC));
        write(name, position, slot);
    }

    /** Corrects the checksum of a metadata page. */
    public void sealPage(long number) {
        byte[] page = read("metadata.dat", number * PAGE, PAGE);
        putInt(page, 0, Checksums.crc32c(page, 4, PAGE - 4));
        write("metadata.dat", number * PAGE, page);
    }

    /** Corrects a checksum that stands behind the bytes it covers. */
    public void sealBehind(String name, long position, int length) {
        byte[] bytes = read(name, position, length + 4);
        putInt(bytes, length, Checksums.crc32c(bytes, 0, length));
        write(name, position, bytes);
    }

    /** Corrects the checksum of the frame at a place of a segment, if its length is possible. */
    public void sealFrame(String name, long position) {
        int payload = buffer(name, position, 64).getInt(4);
        long room = size(name) - position - 64;
        if (payload < 0 || payload > Math.min(room, 1 << 20)) {
            return;
        }
        byte[] frame = read(name, position, 64 + payload);
        putInt(frame, 60, 0);
        putInt(frame, 60, Checksums.crc32c(frame, 0, frame.length));
        write(name, position, frame);
    }

    private static void putInt(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }

    /** Something done with an open file. */
    private interface OnFile<T> {
        T run(VolumeFile file) throws IOException;
    }

    private <T> T onFile(String name, OpenMode mode, OnFile<T> action) {
        try (VolumeFile file = directory.open(name, mode)) {
            return action.run(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
