package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.crashkit.FileChange.Kind;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A directory in memory that remembers every change of every file, in order, so that {@link PowerCuts} can make what a
 * crash between any two of them would leave. A write or force that failed is remembered as well: what it was to do may have
 * been done. Safe for use by many threads.
 */
public final class RecordedDirectory extends ForwardingDirectory {
    /** A part of a write that a disk may keep or lose by itself. */
    private static final int PAGE_BYTES = 4096;

    private final MemoryDirectory start;
    private final List<FileChange> changes = new ArrayList<>();
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
        this(content, directory -> directory);
    }

    /**
     * Goes on from a directory, with something in between that fails.
     *
     * @param content all of it counts as durable; it is not changed
     * @param disk what lies between the recorder and the memory
     */
    public RecordedDirectory(MemoryDirectory content, UnaryOperator<VolumeDirectory> disk) {
        super(disk.apply(content.copy()));
        start = content.copy();
    }

    /**
     * The changes so far.
     *
     * @return their number; cut points are 0 to this
     */
    public synchronized int changes() {
        return changes.size();
    }

    /**
     * Whether a point is in the midst of a write of several pages.
     *
     * @param point the number of changes before it
     * @return true if so
     */
    public synchronized boolean isWithinWrite(int point) {
        return point > 0 && point < changes.size() && changes.get(point).continues(changes.get(point - 1));
    }

    /** What the changes started from. */
    MemoryDirectory start() {
        return start.copy();
    }

    synchronized FileChange change(int index) {
        return changes.get(index);
    }

    @Override
    public synchronized VolumeFile open(String name, OpenMode mode) throws IOException {
        return super.open(name, mode);
    }

    @Override
    protected VolumeFile wrap(String name, OpenMode mode, VolumeFile file) {
        if (mode == OpenMode.CREATE) {
            changes.add(FileChange.ofName(Kind.CREATE, name, ""));
        }
        RecordedFile recorded = new RecordedFile(name, file);
        open.add(recorded);
        return recorded;
    }

    @Override
    public synchronized void createFolder(String folder) throws IOException {
        super.createFolder(folder);
        changes.add(FileChange.ofName(Kind.CREATE_FOLDER, folder, ""));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        boolean isThere = exists(name);
        super.delete(name);
        if (isThere) {
            changes.add(FileChange.ofName(Kind.DELETE, name, ""));
            open.stream().filter(file -> file.name.equals(name)).forEach(file -> file.name = "");
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        super.rename(from, to);
        changes.add(FileChange.ofName(Kind.RENAME, from, to));
        open.stream().filter(file -> file.name.equals(to)).forEach(file -> file.name = "");
        open.stream().filter(file -> file.name.equals(from)).forEach(file -> file.name = to);
    }

    @Override
    public synchronized void force(String folder) throws IOException {
        try {
            super.force(folder);
        } catch (IOException e) {
            changes.add(FileChange.ofName(Kind.FAILED, folder, ""));
            throw e;
        }
        changes.add(FileChange.ofName(Kind.FORCE_FOLDER, folder, ""));
    }

    /** An open file; its name is "" once it was deleted. */
    private final class RecordedFile extends ForwardingFile {
        private String name;

        private RecordedFile(String name, VolumeFile file) {
            super(file);
            this.name = name;
        }

        private void add(Kind kind, long positionBytes, long lengthBytes) {
            if (!name.isEmpty()) {
                changes.add(FileChange.ofFile(kind, name, positionBytes, lengthBytes));
            }
        }

        @Override
        public void write(ByteBuffer from, long positionBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                ByteBuffer bytes = from.duplicate();
                try {
                    super.write(from, positionBytes);
                } catch (IOException e) {
                    // Any part of it may be there.
                    addWrites(bytes, positionBytes);
                    throw failed(e);
                }
                addWrites(bytes, positionBytes);
            }
        }

        private IOException failed(IOException failure) {
            add(Kind.FAILED, 0, 0);
            return failure;
        }

        private void addWrites(ByteBuffer bytes, long positionBytes) {
            long position = positionBytes;
            while (bytes.hasRemaining() && !name.isEmpty()) {
                byte[] part = new byte[(int) Math.min(bytes.remaining(), PAGE_BYTES - position % PAGE_BYTES)];
                bytes.get(part);
                changes.add(new FileChange(Kind.WRITE, name, "", part, position, part.length));
                position += part.length;
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (RecordedDirectory.this) {
                try {
                    super.force();
                } catch (IOException e) {
                    add(Kind.FORCE_FAILED, 0, 0);
                    throw e;
                }
                add(Kind.FORCE, 0, 0);
            }
        }

        @Override
        public void resize(long sizeBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                try {
                    super.resize(sizeBytes);
                } catch (IOException e) {
                    throw failed(e);
                }
                add(Kind.RESIZE, sizeBytes, 0);
            }
        }

        @Override
        public void allocate(long positionBytes, long lengthBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                try {
                    super.allocate(positionBytes, lengthBytes);
                } catch (IOException e) {
                    throw failed(e);
                }
                add(Kind.ALLOCATE, positionBytes, lengthBytes);
            }
        }

        @Override
        public boolean punch(long positionBytes, long lengthBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                try {
                    boolean done = super.punch(positionBytes, lengthBytes);
                    add(Kind.PUNCH, positionBytes, lengthBytes);
                    return done;
                } catch (IOException e) {
                    throw failed(e);
                }
            }
        }

        @Override
        public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
            synchronized (RecordedDirectory.this) {
                try {
                    return super.map(positionBytes, lengthBytes);
                } catch (IOException e) {
                    throw failed(e);
                }
            }
        }

        @Override
        public void close() throws IOException {
            synchronized (RecordedDirectory.this) {
                open.remove(this);
            }
            super.close();
        }
    }
}
