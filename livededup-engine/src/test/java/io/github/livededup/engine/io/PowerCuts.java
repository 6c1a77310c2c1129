package io.github.livededup.engine.io;

import io.github.livededup.engine.io.RecordedDirectory.Change;
import io.github.livededup.engine.io.RecordedDirectory.Kind;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * Goes through the changes of a {@link RecordedDirectory}, one after the other, and makes directories as a crash at that
 * point leaves them. What was forced is there. Of the other changes a killed process leaves all; a power cut leaves any of
 * them, each page by itself, some of them torn between sectors. A file's force covers its creation, a folder's the names in
 * it.
 */
public final class PowerCuts {
    private static final int SECTOR_BYTES = 512;
    private static final int TORN_ONE_IN = 10;

    private final RecordedDirectory recorded;
    private final MemoryDirectory durable;
    private final MemoryDirectory live;
    private final List<Change> pending = new ArrayList<>();
    private int at;

    /** Starts before the first change. */
    public PowerCuts(RecordedDirectory recorded) {
        this.recorded = recorded;
        durable = recorded.start();
        live = recorded.start();
    }

    /** How many changes were made at this point. */
    public int at() {
        return at;
    }

    /** Goes on to a later point. */
    public void advance(int to) throws IOException {
        for (; at < to; at++) {
            Change change = recorded.change(at);
            switch (change.kind()) {
                case FORCE -> settle(change.name(), false);
                case FORCE_FOLDER -> settle(change.name(), true);
                default -> {
                    apply(live, change, null);
                    pending.add(change);
                }
            }
        }
    }

    /** The changes that are not durable yet. */
    public int pending() {
        return pending.size();
    }

    /** Nothing is there but what was forced. */
    public MemoryDirectory nothingElse() {
        return durable.copy();
    }

    /** Everything is there: the process was killed. */
    public MemoryDirectory everything() {
        return live.copy();
    }

    /** All that was not forced is there but one change. */
    public MemoryDirectory allBut(int missing) throws IOException {
        MemoryDirectory state = durable.copy();
        for (int i = 0; i < pending.size(); i++) {
            if (i != missing) {
                apply(state, pending.get(i), null);
            }
        }
        return state;
    }

    /** Of what was not forced one change is there. */
    public MemoryDirectory only(int kept) throws IOException {
        MemoryDirectory state = durable.copy();
        apply(state, pending.get(kept), null);
        return state;
    }

    /** Whatever luck left. */
    public MemoryDirectory any(Random random) throws IOException {
        MemoryDirectory state = durable.copy();
        int percent = random.nextInt(101);
        for (Change change : pending) {
            if (random.nextInt(100) < percent) {
                apply(state, change, random.nextInt(TORN_ONE_IN) == 0 ? random : null);
            }
        }
        return state;
    }

    /** Makes durable what a force covers. */
    private void settle(String name, boolean isFolder) throws IOException {
        Iterator<Change> each = pending.iterator();
        while (each.hasNext()) {
            Change change = each.next();
            boolean isCovered = isFolder
                    ? isNaming(change.kind()) && folder(change.name()).equals(name)
                    : change.name().equals(name) && change.kind() != Kind.DELETE && change.kind() != Kind.RENAME;
            if (isCovered) {
                apply(durable, change, null);
                each.remove();
            }
        }
    }

    private static boolean isNaming(Kind kind) {
        return kind == Kind.CREATE || kind == Kind.RENAME || kind == Kind.DELETE || kind == Kind.CREATE_FOLDER;
    }

    private static String folder(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    /** Makes a change; one of a file whose creation was lost is lost as well. */
    private static void apply(MemoryDirectory to, Change change, Random torn) throws IOException {
        switch (change.kind()) {
            case CREATE -> {
                if (!to.exists(change.name())
                        && (folder(change.name()).isEmpty() || to.exists(folder(change.name())))) {
                    to.open(change.name(), OpenMode.CREATE).close();
                }
            }
            case CREATE_FOLDER -> to.createFolder(change.name());
            case DELETE -> {
                if (to.list(change.name()).isEmpty()) {
                    to.delete(change.name());
                }
            }
            case RENAME -> {
                if (to.exists(change.name())) {
                    to.rename(change.name(), change.other());
                }
            }
            default -> {
                if (to.exists(change.name())) {
                    try (VolumeFile file = to.open(change.name(), OpenMode.WRITE)) {
                        applyToFile(file, change, torn);
                    }
                }
            }
        }
    }

    private static void applyToFile(VolumeFile file, Change change, Random torn) throws IOException {
        switch (change.kind()) {
            case RESIZE -> file.resize(change.positionBytes());
            case ALLOCATE -> file.allocate(change.positionBytes(), change.lengthBytes());
            case PUNCH -> file.punch(change.positionBytes(), change.lengthBytes());
            case WRITE -> {
                if (torn == null) {
                    file.write(ByteBuffer.wrap(change.bytes()), change.positionBytes());
                    return;
                }
                for (int from = 0; from < change.bytes().length; ) {
                    long position = change.positionBytes() + from;
                    int length = (int) Math.min(SECTOR_BYTES - position % SECTOR_BYTES, change.bytes().length - from);
                    if (torn.nextBoolean()) {
                        file.write(ByteBuffer.wrap(change.bytes(), from, length), position);
                    }
                    from += length;
                }
            }
            default -> throw new IllegalStateException(change.kind().toString());
        }
    }
}
