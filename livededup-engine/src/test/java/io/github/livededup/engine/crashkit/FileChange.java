package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One change that a {@link RecordedDirectory} saw: of a file, or of names in a folder.
 *
 * @param kind what it does
 * @param name the file or folder
 * @param other the new name of a rename, else ""
 * @param bytes what was written, at most a page
 * @param positionBytes where; the new size of a resize
 * @param lengthBytes how much
 */
record FileChange(Kind kind, String name, String other, byte[] bytes, long positionBytes, long lengthBytes) {
    private static final int SECTOR_BYTES = 512;
    private static final byte[] NONE = {};

    /** What a change does. */
    enum Kind {
        WRITE,
        RESIZE,
        ALLOCATE,
        PUNCH,
        FORCE,
        /** The system may have dropped what was to be forced, and says nothing of it at the next force. */
        FORCE_FAILED,
        /** Anything else failed; what it was to do is another change, or was not done. */
        FAILED,
        CREATE,
        RENAME,
        DELETE,
        CREATE_FOLDER,
        FORCE_FOLDER;

        /** Whether it is durable with a force of the folder. */
        boolean isNaming() {
            return this == CREATE || this == RENAME || this == DELETE || this == CREATE_FOLDER;
        }
    }

    static FileChange ofFile(Kind kind, String name, long positionBytes, long lengthBytes) {
        return new FileChange(kind, name, "", NONE, positionBytes, lengthBytes);
    }

    static FileChange ofName(Kind kind, String name, String other) {
        return new FileChange(kind, name, other, NONE, 0, 0);
    }

    @Override
    public String toString() {
        boolean isNames = kind.isNaming() || kind == Kind.FORCE_FOLDER;
        String place = lengthBytes > 0 ? " " + positionBytes + "+" + lengthBytes : " " + positionBytes;
        return kind + " " + name + (isNames ? " " + other : place);
    }

    String folder() {
        return folder(name);
    }

    private static String folder(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    /** Whether this goes on where a write ended. */
    boolean continues(FileChange before) {
        return kind == Kind.WRITE
                && before.kind == Kind.WRITE
                && name.equals(before.name)
                && before.positionBytes + before.lengthBytes == positionBytes;
    }

    /** Whether it could not be seen after a later change of the same file, or would undo that. */
    boolean isOverwrittenBy(FileChange later) {
        return later.kind == Kind.WRITE
                && name.equals(later.name)
                && (kind != Kind.WRITE
                        || later.positionBytes < positionBytes + lengthBytes
                                && positionBytes < later.positionBytes + later.lengthBytes);
    }

    /** Makes the change; one of a file whose creation was lost is lost as well. If torn, luck chooses the sectors. */
    void apply(MemoryDirectory to, @Nullable Random torn) throws IOException {
        switch (kind) {
            case CREATE -> {
                if (!to.exists(name) && (folder().isEmpty() || to.exists(folder()))) {
                    to.open(name, OpenMode.CREATE).close();
                }
            }
            case CREATE_FOLDER -> to.createFolder(name);
            case DELETE -> {
                if (to.list(name).isEmpty()) {
                    to.delete(name);
                }
            }
            case RENAME -> {
                if (to.exists(name)) {
                    to.rename(name, other);
                }
            }
            default -> {
                if (to.exists(name)) {
                    try (VolumeFile file = to.open(name, OpenMode.WRITE)) {
                        applyTo(file, torn);
                    }
                }
            }
        }
    }

    private void applyTo(VolumeFile file, @Nullable Random torn) throws IOException {
        switch (kind) {
            case RESIZE -> file.resize(positionBytes);
            case ALLOCATE -> file.allocate(positionBytes, lengthBytes);
            case PUNCH -> file.punch(positionBytes, lengthBytes);
            case WRITE -> {
                if (torn == null) {
                    file.write(ByteBuffer.wrap(bytes), positionBytes);
                } else {
                    writeSectors(file, torn);
                }
            }
            default -> throw new IllegalStateException(kind.toString());
        }
    }

    private void writeSectors(VolumeFile file, Random torn) throws IOException {
        for (int from = 0; from < bytes.length; ) {
            long position = positionBytes + from;
            int length = (int) Math.min(SECTOR_BYTES - position % SECTOR_BYTES, bytes.length - from);
            if (torn.nextBoolean()) {
                file.write(ByteBuffer.wrap(bytes, from, length), position);
            }
            from += length;
        }
    }
}
