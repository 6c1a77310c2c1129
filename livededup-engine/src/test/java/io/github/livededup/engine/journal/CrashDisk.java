package io.github.livededup.engine.journal;

import io.github.livededup.engine.crashkit.ForwardingDirectory;
import io.github.livededup.engine.crashkit.ForwardingFile;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk that loses power: it keeps what was forced, and of each sector that was written since, every content it had. A
 * power cut leaves any one of them, sector by sector, or garbage.
 */
final class CrashDisk extends ForwardingDirectory {
    private static final int SECTOR_BYTES = 512;

    /** What happens at a power cut. */
    @FunctionalInterface
    interface Crash {
        void on(MemoryDirectory state) throws IOException;
    }

    private record Sector(String file, long number) {}

    private final MemoryDirectory live;
    private final MemoryDirectory durable;
    /** For each sector with writes that were not forced: its contents after each of them. */
    private final Map<Sector, List<byte[]>> pending = new LinkedHashMap<>();

    private Crash onChange = state -> {};
    private boolean changing;
    private int forces;
    private int writes;
    private int failingForce = -1;
    private int failingWrite = -1;
    private long forceMillis;

    private CrashDisk(MemoryDirectory live, MemoryDirectory durable) {
        super(live);
        this.live = live;
        this.durable = durable;
    }

    /** A disk on which all that a directory holds is durable. */
    static CrashDisk of(MemoryDirectory directory) {
        return new CrashDisk(directory.copy(), directory.copy());
    }

    /** Runs an action after each write and before and after each force; it gets nothing of use. */
    void onChange(Crash action) {
        onChange = action;
    }

    synchronized int forces() {
        return forces;
    }

    synchronized int writes() {
        return writes;
    }

    /** Makes one force fail, counted from 0 from now; what it should have made durable is not. Others succeed. */
    synchronized void failForce(int number) {
        failingForce = forces + number;
    }

    /** Makes one write fail, counted from 0 from now. Others succeed. */
    synchronized void failWrite(int number) {
        failingWrite = writes + number;
    }

    /** Makes each force take some time. */
    synchronized void slowForces(long millis) {
        forceMillis = millis;
    }

    /** What a power cut leaves that loses all that was not forced. */
    synchronized MemoryDirectory forcedOnly() {
        return durable.copy();
    }

    /** The process dies and the system lives on: all that was written is there, and what was not forced still is not. */
    CrashDisk kill() {
        CrashDisk other = new CrashDisk(live.copy(), durable.copy());
        pending.forEach((sector, contents) -> other.pending.put(sector, new ArrayList<>(contents)));
        return other;
    }

    /** Tries power cuts: all there are if they are few, else telling ones and random ones. Returns how many. */
    int crash(Random random, int most, Crash action) throws IOException {
        List<Sector> sectors = new ArrayList<>(pending.keySet());
        long states = 1;
        for (Sector sector : sectors) {
            states = Math.min(1L << 40, states * (pending.get(sector).size() + 1));
        }
        int done = 0;
        if (states <= most) {
            for (long state = 0; state < states; state++, done++) {
                int[] chosen = new int[sectors.size()];
                long rest = state;
                for (int i = 0; i < chosen.length; i++) {
                    int choices = pending.get(sectors.get(i)).size() + 1;
                    chosen[i] = (int) (rest % choices) - 1;
                    rest /= choices;
                }
                action.on(state(sectors, chosen, null));
            }
            return done;
        }
        for (int[] chosen : telling(sectors, most / 2)) {
            action.on(state(sectors, chosen, null));
            done++;
        }
        for (; done < most; done++) {
            int[] chosen = new int[sectors.size()];
            int percent = random.nextInt(101);
            for (int i = 0; i < chosen.length; i++) {
                int versions = pending.get(sectors.get(i)).size();
                chosen[i] = random.nextInt(100) < percent ? versions - 1 : random.nextInt(versions + 1) - 1;
            }
            action.on(state(sectors, chosen, done % 3 == 0 ? random : null));
        }
        return done;
    }

    /** Nothing, all, prefixes, suffixes, all but one, only one. */
    private List<int[]> telling(List<Sector> sectors, int most) {
        List<int[]> all = new ArrayList<>();
        int count = sectors.size();
        for (int i = 0; i <= count && all.size() + 4 < most; i++) {
            int[][] four = new int[4][count];
            for (int j = 0; j < count; j++) {
                int newest = pending.get(sectors.get(j)).size() - 1;
                four[0][j] = j < i ? newest : -1;
                four[1][j] = j < i ? -1 : newest;
                four[2][j] = j == i ? -1 : newest;
                four[3][j] = j == i ? newest : -1;
            }
            all.addAll(List.of(four));
        }
        return all;
    }

    private MemoryDirectory state(List<Sector> sectors, int[] chosen, Random garbage) throws IOException {
        MemoryDirectory state = durable.copy();
        int garbled = garbage == null ? -1 : garbage.nextInt(sectors.size());
        for (int i = 0; i < chosen.length; i++) {
            Sector sector = sectors.get(i);
            byte[] content = chosen[i] < 0 ? null : pending.get(sector).get(chosen[i]);
            if (i == garbled) {
                content = new byte[SECTOR_BYTES];
                garbage.nextBytes(content);
            }
            if (content != null) {
                try (VolumeFile file = state.open(sector.file(), OpenMode.WRITE)) {
                    file.write(ByteBuffer.wrap(content), sector.number() * SECTOR_BYTES);
                }
            }
        }
        return state;
    }

    private void changed() throws IOException {
        if (!changing) {
            changing = true;
            onChange.on(live);
            changing = false;
        }
    }

    private void pause() {
        if (forceMillis > 0) {
            try {
                Thread.sleep(forceMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void write(String name, VolumeFile file, ByteBuffer bytes, long from) throws IOException {
        if (writes++ == failingWrite) {
            throw new IOException("write fails on purpose");
        }
        long to = from + bytes.remaining();
        file.write(bytes, from);
        for (long number = from / SECTOR_BYTES; number * SECTOR_BYTES < to; number++) {
            ByteBuffer content = ByteBuffer.allocate(SECTOR_BYTES);
            file.read(content, number * SECTOR_BYTES);
            pending.computeIfAbsent(new Sector(name, number), sector -> new ArrayList<>())
                    .add(content.array());
        }
    }

    private synchronized void forced(String name) throws IOException {
        if (forces++ == failingForce) {
            // As a system that drops what it could not write: the next force knows nothing of it.
            pending.keySet().removeIf(sector -> sector.file().equals(name));
            throw new IOException("force fails on purpose");
        }
        try (VolumeFile file = durable.open(name, OpenMode.WRITE)) {
            for (Map.Entry<Sector, List<byte[]>> entry : pending.entrySet()) {
                if (entry.getKey().file().equals(name)) {
                    List<byte[]> contents = entry.getValue();
                    file.write(
                            ByteBuffer.wrap(contents.get(contents.size() - 1)),
                            entry.getKey().number() * SECTOR_BYTES);
                }
            }
        }
        pending.keySet().removeIf(sector -> sector.file().equals(name));
    }

    @Override
    protected VolumeFile wrap(String name, OpenMode mode, VolumeFile file) {
        return new CrashFile(name, file);
    }

    @Override
    public void createFolder(String folder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void rename(String from, String to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    private final class CrashFile extends ForwardingFile {
        private final String name;
        private final VolumeFile file;

        private CrashFile(String name, VolumeFile file) {
            super(file);
            this.name = name;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer from, long positionBytes) throws IOException {
            CrashDisk.this.write(name, file, from, positionBytes);
            changed();
        }

        @Override
        public void force() throws IOException {
            changed();
            pause();
            forced(name);
            changed();
        }

        @Override
        public void resize(long sizeBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void allocate(long positionBytes, long lengthBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean punch(long positionBytes, long lengthBytes) {
            throw new UnsupportedOperationException();
        }
    }
}
