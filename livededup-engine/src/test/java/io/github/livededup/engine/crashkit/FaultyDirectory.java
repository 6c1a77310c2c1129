package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.crashkit.Fault.Kind;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A directory over any other in which things go wrong as told:
 *
 * <pre>{@code
 * FaultyDirectory disk = new FaultyDirectory(new MemoryDirectory());
 * disk.on(FileOperation.FORCE).of("blocks.dat").nth(3).then(Fault.error());
 * disk.on(FileOperation.WRITE).oneIn(1000, seed).then(Fault.bitFlip(seed));
 * }</pre>
 *
 * <p>Where several rules apply, the first one counts. Safe for use by many threads; with one thread, what goes wrong is the
 * same in every run.
 */
public final class FaultyDirectory extends ForwardingDirectory {
    private final VolumeDirectory next;
    private final List<FaultRule> rules = new ArrayList<>();
    private final Map<FileOperation, Long> counts = new EnumMap<>(FileOperation.class);
    private long struck;
    private int openFiles;

    /**
     * Makes a directory in which all goes well.
     *
     * @param next the one behind; closed with this one
     */
    public FaultyDirectory(VolumeDirectory next) {
        super(next);
        this.next = next;
    }

    /**
     * Begins a rule.
     *
     * @param operation what shall go wrong
     * @return a rule that takes effect with {@link FaultRule#then}
     */
    public FaultRule on(FileOperation operation) {
        return new FaultRule(this, operation);
    }

    /** From now on all goes well. */
    public synchronized void heal() {
        rules.clear();
    }

    /**
     * How often something was asked for.
     *
     * @param operation what
     * @return how many times, those that went wrong included
     */
    public synchronized long count(FileOperation operation) {
        return counts.getOrDefault(operation, 0L);
    }

    /**
     * How often something went wrong.
     *
     * @return how many times
     */
    public synchronized long struck() {
        return struck;
    }

    /**
     * How many files are open now.
     *
     * @return files opened or created and not closed since, each as often as it was opened
     */
    public synchronized int openFiles() {
        return openFiles;
    }

    /**
     * Flips a bit of what is stored, as a medium does in time; a mapping sees it as well.
     *
     * @param name the file
     * @param positionBytes the byte
     * @param bit the bit, 0 to 7
     * @throws IOException if there is no such byte
     */
    public void rot(String name, long positionBytes, int bit) throws IOException {
        try (VolumeFile file = next.open(name, OpenMode.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, positionBytes);
            one.put(0, (byte) (one.get(0) ^ 1 << bit));
            file.write(one.flip(), positionBytes);
        }
    }

    synchronized void add(FaultRule rule) {
        rules.add(rule);
    }

    private synchronized void addOpenFiles(int more) {
        openFiles += more;
    }

    private synchronized @Nullable Fault find(FileOperation operation, String name) {
        counts.merge(operation, 1L, Long::sum);
        for (FaultRule rule : rules) {
            if (rule.strikes(operation, name)) {
                struck++;
                return rule.fault();
            }
        }
        return null;
    }

    /** Lets happen what shall; true if the operation is lost. */
    private boolean isLost(FileOperation operation, String name) throws IOException {
        Fault fault = find(operation, name);
        return fault != null && fault.strike(description() + "/" + name);
    }

    @Override
    public VolumeFile open(String name, OpenMode mode) throws IOException {
        isLost(mode == OpenMode.CREATE ? FileOperation.CREATE : FileOperation.OPEN, name);
        VolumeFile file = next.open(name, mode);
        addOpenFiles(1);
        return new FaultyFile(name, file);
    }

    @Override
    public List<String> list(String folder) throws IOException {
        return isLost(FileOperation.LIST, folder) ? List.of() : super.list(folder);
    }

    @Override
    public void createFolder(String folder) throws IOException {
        if (!isLost(FileOperation.CREATE_FOLDER, folder)) {
            super.createFolder(folder);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        if (!isLost(FileOperation.DELETE, name)) {
            super.delete(name);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        if (!isLost(FileOperation.RENAME, from)) {
            super.rename(from, to);
        }
    }

    @Override
    public void force(String folder) throws IOException {
        if (!isLost(FileOperation.FORCE_FOLDER, folder)) {
            super.force(folder);
        }
    }

    /** A file of it. */
    private final class FaultyFile extends ForwardingFile {
        private final String name;
        private final AtomicBoolean closed = new AtomicBoolean();

        private FaultyFile(String name, VolumeFile file) {
            super(file);
            this.name = name;
        }

        @Override
        public void read(ByteBuffer into, long positionBytes) throws IOException {
            Fault fault = find(FileOperation.READ, name);
            if (fault == null) {
                super.read(into, positionBytes);
                return;
            }
            boolean isLost = fault.strike(description());
            int start = into.position();
            super.read(into, positionBytes);
            ByteBuffer there = into.duplicate().flip().position(start);
            if (isLost) {
                into.put(start, new byte[there.remaining()]);
            } else if (fault.kind() == Kind.BIT_FLIP) {
                into.put(start, fault.flipped(there).array());
            }
        }

        @Override
        public void write(ByteBuffer from, long positionBytes) throws IOException {
            Fault fault = find(FileOperation.WRITE, name);
            if (fault == null) {
                super.write(from, positionBytes);
                return;
            }
            if (fault.kind() == Kind.SHORT) {
                int bytes = (int) Math.min(fault.amount(), from.remaining());
                super.write(from.slice(from.position(), bytes), positionBytes);
            }
            boolean isLost = fault.strike(description());
            switch (fault.kind()) {
                case MISDIRECTED -> super.write(from, Math.max(0, positionBytes + fault.amount()));
                case BIT_FLIP -> {
                    super.write(fault.flipped(from), positionBytes);
                    from.position(from.limit());
                }
                default -> {
                    if (isLost) {
                        from.position(from.limit());
                    } else {
                        super.write(from, positionBytes);
                    }
                }
            }
        }

        @Override
        public void force() throws IOException {
            if (!isLost(FileOperation.FORCE, name)) {
                super.force();
            }
        }

        @Override
        public void resize(long sizeBytes) throws IOException {
            if (!isLost(FileOperation.RESIZE, name)) {
                super.resize(sizeBytes);
            }
        }

        @Override
        public void allocate(long positionBytes, long lengthBytes) throws IOException {
            if (!isLost(FileOperation.ALLOCATE, name)) {
                super.allocate(positionBytes, lengthBytes);
            }
        }

        @Override
        public boolean punch(long positionBytes, long lengthBytes) throws IOException {
            return isLost(FileOperation.PUNCH, name) || super.punch(positionBytes, lengthBytes);
        }

        @Override
        public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
            isLost(FileOperation.MAP, name);
            return super.map(positionBytes, lengthBytes);
        }

        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                addOpenFiles(-1);
            }
            super.close();
            isLost(FileOperation.CLOSE, name);
        }
    }
}
