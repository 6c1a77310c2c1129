package io.github.livededup.engine.io;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A directory in memory that remembers every change of every file, in order, so that {@link PowerCuts} can make what a
 * crash between any two of them would leave. Safe for use by many threads.
 */
public final class RecordedDirectory implements VolumeDirectory {
    /** A part of a write that a disk may keep or lose by itself. */
    private static final int PAGE_BYTES = 4096;

    /** What a change does. */
    enum Kind {
        WRITE,
        RESIZE,
        ALLOCATE,
        PUNCH,
        FORCE,
        CREATE,
        RENAME,
        DELETE,
        CREATE_FOLDER,
        FORCE_FOLDER
    }

    /** One change: of a file, or of names in a folder. */
    record Change(Kind kind, String name, String other, byte[] bytes, long positionBytes, long lengthBytes) {
        private static final byte[] NONE = {};

        private Change(Kind kind, String name, long positionBytes, long lengthBytes) {
            this(kind, name, "", NONE, positionBytes, lengthBytes);
        }

        private Change(Kind kind, String name, String other) {
            this(kind, name, other, NONE, 0, 0);
        }
    }

    private final MemoryDirectory start;
    private final MemoryDirectory live;
    private final List<Change> changes = new ArrayList<>();
    private final Set<RecordedFile> open = new HashSet<>();

    /** Makes an empty directory. */
    public RecordedDirectory() {
        this(new MemoryDirectory());
    }

    /**
     * Goes on from a directory.
     *
     * @param content all of it counts as durable; it is not changed
     */
    public RecordedDirectory(MemoryDirectory content) {
        start = content.copy();
        live = content.copy();
    }

    /** The changes so far; cut points are 0 to this. */
    public synchronized int changes() {
        return changes.size();
    }

    /** Whether a point is in the midst of a write of several pages. */
    public synchronized boolean isWithinWrite(int point) {
        if (point == 0 || point == changes.size()) {
            return false;
        }
        Change before = changes.get(point - 1);
        Change after = changes.get(point);
        return before.kind == Kind.WRITE
                && after.kind == Kind.WRITE
                && before.name.equals(after.name)
                && before.positionBytes + before.lengthBytes == after.positionBytes;
    }

    /** What the changes started from. */
    MemoryDirectory start() {
        return start.copy();
    }

    synchronized Change change(int index) {
        return changes.get(index);
    }

    @Override
    public synchronized VolumeFile open(String name, OpenMode mode) throws IOException {
        VolumeFile file = live.open(name, mode);
        if (mode == OpenMode.CREATE) {
            changes.add(new Change(Kind.CREATE, name, ""));
        }
        RecordedFile recorded = new RecordedFile(name, file);
        open.add(recorded);
        return recorded;
    }

    @Override
    public synchronized void createFolder(String folder) throws IOException {
        live.createFolder(folder);
        changes.add(new Change(Kind.CREATE_FOLDER, folder, ""));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        boolean isThere = live.exists(name);
        live.delete(name);
        if (isThere) {
            changes.add(new Change(Kind.DELETE, name, ""));
            open.stream().filter(file -> file.name.equals(name)).forEach(file -> file.name = "");
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        live.rename(from, to);
        changes.add(new Change(Kind.RENAME, from, to));
        open.stream().filter(file -> file.name.equals(to)).forEach(file -> file.name = "");
        open.stream().filter(file -> file.name.equals(from)).forEach(file -> file.name = to);
    }

    @Override
    public synchronized void force(String folder) throws IOException {
        live.force(folder);
        changes.add(new Change(Kind.FORCE_FOLDER, folder, ""));
    }

    @Override
    public String description() {
        return live.description();
    }

    @Override
    public boolean exists(String name) {
        return live.exists(name);
    }

    @Override
    public List<String> list(String folder) {
        return live.list(folder);
    }

    @Override
    public Optional<File> externalFile(String name) {
        return Optional.empty();
    }

    @Override
    public void close() {
        live.close();
    }

    /** An open file; its name is "" once it was deleted. */
    private final class RecordedFile implements VolumeFile {
        private final VolumeFile file;
        private String name;

        private RecordedFile(String name, VolumeFile file) {
            this.name = name;
            this.file = file;
        }

        private void add(Kind kind, long positionBytes, long lengthBytes) {
            if (!name.isEmpty()) {
                changes.add(new Change(kind, name, positionBytes, lengthBytes));
            }
        }

        @Override
        public void write(ByteBuffer from, long positionBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                ByteBuffer bytes = from.duplicate();
                file.write(from, positionBytes);
                long position = positionBytes;
                while (bytes.hasRemaining() && !name.isEmpty()) {
                    byte[] part = new byte[(int) Math.min(bytes.remaining(), PAGE_BYTES - position % PAGE_BYTES)];
                    bytes.get(part);
                    changes.add(new Change(Kind.WRITE, name, "", part, position, part.length));
                    position += part.length;
                }
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (RecordedDirectory.this) {
                file.force();
                add(Kind.FORCE, 0, 0);
            }
        }

        @Override
        public void resize(long sizeBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                file.resize(sizeBytes);
                add(Kind.RESIZE, sizeBytes, 0);
            }
        }

        @Override
        public void allocate(long positionBytes, long lengthBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                file.allocate(positionBytes, lengthBytes);
                add(Kind.ALLOCATE, positionBytes, lengthBytes);
            }
        }

        @Override
        public boolean punch(long positionBytes, long lengthBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                boolean done = file.punch(positionBytes, lengthBytes);
                add(Kind.PUNCH, positionBytes, lengthBytes);
                return done;
            }
        }

        @Override
        public String description() {
            return file.description();
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public long allocatedBytes() throws IOException {
            return file.allocatedBytes();
        }

        @Override
        public void read(ByteBuffer into, long positionBytes) throws IOException {
            file.read(into, positionBytes);
        }

        @Override
        public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
            return file.map(positionBytes, lengthBytes);
        }

        @Override
        public long seek(long positionBytes, boolean data) throws IOException {
            return file.seek(positionBytes, data);
        }

        @Override
        public void close() throws IOException {
            synchronized (RecordedDirectory.this) {
                open.remove(this);
            }
            file.close();
        }
    }
}
