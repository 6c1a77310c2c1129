package io.github.livededup.engine.metadata;

import io.github.livededup.engine.crashkit.ForwardingDirectory;
import io.github.livededup.engine.crashkit.ForwardingFile;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A directory in memory that knows what would be lost if the power failed now. */
final class RecordingDirectory extends ForwardingDirectory {
    /** Torn writes are cut at multiples of this. */
    private static final int SECTOR_BYTES = 512;

    private final MemoryDirectory current;
    private MemoryDirectory durable;
    private final List<Change> unforced = new ArrayList<>();

    RecordingDirectory() {
        this(new MemoryDirectory());
    }

    RecordingDirectory(MemoryDirectory content) {
        super(content);
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
    protected VolumeFile wrap(String name, OpenMode mode, VolumeFile file) {
        return mode == OpenMode.READ ? file : new RecordingFile(file);
    }

    private final class RecordingFile extends ForwardingFile {
        RecordingFile(VolumeFile file) {
            super(file);
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
            super.write(from, positionBytes);
        }

        @Override
        public void force() throws IOException {
            super.force();
            durable = current.copy();
            unforced.clear();
        }

        @Override
        public void resize(long sizeBytes) throws IOException {
            super.resize(sizeBytes);
            unforced.add((to, random) -> to.resize(sizeBytes));
        }

        @Override
        public void allocate(long positionBytes, long lengthBytes) throws IOException {
            super.allocate(positionBytes, lengthBytes);
            unforced.add((to, random) -> to.allocate(positionBytes, lengthBytes));
        }

        @Override
        public boolean punch(long positionBytes, long lengthBytes) throws IOException {
            unforced.add((to, random) -> to.punch(positionBytes, lengthBytes));
            return super.punch(positionBytes, lengthBytes);
        }
    }
}
