package io.github.livededup.engine.metadata;

import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A directory in memory that knows what would be lost if the power failed now. */
final class RecordingDirectory implements VolumeDirectory {
    /** Torn writes are cut at multiples of this. */
    private static final int SECTOR_BYTES = 512;

    private final MemoryDirectory current;
    private MemoryDirectory durable;
    private final List<Change> unforced = new ArrayList<>();

    RecordingDirectory() {
        this(new MemoryDirectory());
    }

    RecordingDirectory(MemoryDirectory content) {
        this.current = content;
        this.durable = content.copy();
    }

    private interface Change {
        void apply(VolumeFile file, Random random) throws IOException;
    }

    int unforcedChanges() {
        return unforced.size();
    }

    /** What is there after a power failure: everything forced, and of the rest whatever luck left, sectors torn. */
    MemoryDirectory crash(Random random) throws IOException {
        MemoryDirectory crashed = durable.copy();
        int keep = random.nextInt(101);
        try (VolumeFile file = crashed.open(MetadataStore.FILE_NAME, OpenMode.WRITE)) {
            for (Change change : unforced) {
                if (random.nextInt(100) < keep) {
                    change.apply(file, random);
                }
            }
        }
        return crashed;
    }

    /** What is there after the process was killed: everything written. */
    MemoryDirectory kill() {
        return current.copy();
    }

    @Override
    public VolumeFile open(String name, OpenMode mode) throws IOException {
        VolumeFile file = current.open(name, mode);
        return mode == OpenMode.READ ? file : new RecordingFile(file);
    }

    private final class RecordingFile implements VolumeFile {
        private final VolumeFile file;

        RecordingFile(VolumeFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer from, long positionBytes) throws IOException {
            for (int at = from.position(); at < from.limit(); at += 4096) {
                byte[] page = new byte[Math.min(4096, from.limit() - at)];
                from.get(at, page);
                long position = positionBytes + at - from.position();
                unforced.add((to, random) -> {
                    boolean torn = random.nextInt(10) == 0;
                    for (int sector = 0; sector < page.length; sector += SECTOR_BYTES) {
                        if (!torn || random.nextBoolean()) {
                            int length = Math.min(SECTOR_BYTES, page.length - sector);
                            to.write(ByteBuffer.wrap(page, sector, length), position + sector);
                        }
                    }
                });
            }
            file.write(from, positionBytes);
        }

        @Override
        public void force() throws IOException {
            file.force();
            durable = current.copy();
            unforced.clear();
        }

        @Override
        public void resize(long sizeBytes) throws IOException {
            file.resize(sizeBytes);
            unforced.add((to, random) -> to.resize(sizeBytes));
        }

        @Override
        public void allocate(long positionBytes, long lengthBytes) throws IOException {
            file.allocate(positionBytes, lengthBytes);
            unforced.add((to, random) -> to.allocate(positionBytes, lengthBytes));
        }

        @Override
        public boolean punch(long positionBytes, long lengthBytes) throws IOException {
            unforced.add((to, random) -> to.punch(positionBytes, lengthBytes));
            return file.punch(positionBytes, lengthBytes);
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
            file.close();
        }
    }

    @Override
    public String description() {
        return current.description();
    }

    @Override
    public boolean exists(String name) {
        return current.exists(name);
    }

    @Override
    public List<String> list(String folder) {
        return current.list(folder);
    }

    @Override
    public void createFolder(String folder) throws IOException {
        current.createFolder(folder);
    }

    @Override
    public void delete(String name) throws IOException {
        current.delete(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        current.rename(from, to);
    }

    @Override
    public void force(String folder) throws IOException {
        current.force(folder);
    }

    @Override
    public Optional<File> externalFile(String name) {
        return current.externalFile(name);
    }

    @Override
    public void close() {}
}
