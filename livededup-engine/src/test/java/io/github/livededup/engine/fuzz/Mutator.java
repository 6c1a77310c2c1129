package io.github.livededup.engine.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damages a volume at random, mostly where something is: flips bits, writes interesting values, splices bytes from elsewhere,
 * clears, cuts, extends. A part of the time checksums are made right afterwards, so that the parsers behind them are met.
 */
final class Mutator {
    private static final int CHUNK = 64;
    private static final long[] INTERESTING = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 1L << 40, 4096, 508};
    /** How often each file is hit; the rest of a hundred goes to the index. */
    private static final int SUPERBLOCK = 12;

    private static final int METADATA = 55;
    private static final int BLOCKS = 70;
    private static final int JOURNAL = 94;

    private final VolumeBytes original;
    private final List<VolumeBytes> others;
    private final List<MetadataPages.Found> pages;
    private final List<JournalFrames.FoundFrame> frames;

    Mutator(VolumeBytes original, List<VolumeBytes> others) {
        this.original = original;
        this.others = others;
        pages = MetadataPages.of(original);
        frames = JournalFrames.of(original);
    }

    /**
     * What was done.
     *
     * @param what a word on each
     * @param isForged whether checksums were made right
     * @param isJournal whether the journal was hit
     */
    record Done(List<String> what, boolean isForged, boolean isJournal) {}

    /** Damages a copy of the original. */
    Done mutate(VolumeBytes volume, SplittableRandom random) {
        List<String> what = new ArrayList<>();
        boolean isForged = random.nextInt(3) == 0;
        boolean isJournal = false;
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            int choice = random.nextInt(100);
            if (choice < SUPERBLOCK) {
                long slot = random.nextInt(4) == 0
                        ? VolumeBytes.SLOT_DISTANCE - volume.slotInForce()
                        : volume.slotInForce();
                change(volume, "superblock", slot + random.nextInt(168), random, what);
                if (isForged) {
                    volume.sealSlot("superblock", slot);
                }
            } else if (choice < METADATA) {
                page(volume, random, isForged, what);
            } else if (choice < BLOCKS) {
                change(volume, "blocks.dat", used("blocks.dat", random), random, what);
            } else if (choice < JOURNAL) {
                isJournal = true;
                journal(volume, random, isForged, what);
            } else {
                List<String> index = volume.directory().list("index");
                String name = index.isEmpty() ? "superblock" : "index/" + index.get(random.nextInt(index.size()));
                change(volume, name, random.nextInt(200), random, what);
            }
            if (random.nextInt(25) == 0) {
                isJournal |= size(volume, random, what);
            }
        }
        return new Done(what, isForged, isJournal);
    }

    private void page(VolumeBytes volume, SplittableRandom random, boolean isForged, List<String> what) {
        MetadataPages.Found page = pages.get(random.nextInt(pages.size()));
        boolean isHead = random.nextBoolean();
        long at = page.position() + random.nextInt(isHead ? 160 : VolumeBytes.PAGE);
        change(volume, "metadata.dat", at, random, what);
        what.add(page.name());
        if (isForged) {
            volume.sealPage(page.number());
        }
    }

    private void journal(VolumeBytes volume, SplittableRandom random, boolean isForged, List<String> what) {
        if (frames.isEmpty() || random.nextInt(8) == 0) {
            String name = "journal/00000" + random.nextInt(4) + ".log";
            change(volume, name, random.nextInt(VolumeBytes.PAGE), random, what);
            if (isForged) {
                volume.sealSlot(name, 0);
            }
            return;
        }
        JournalFrames.FoundFrame frame = frames.get(random.nextInt(frames.size()));
        List<JournalFrames.FoundRecord> records = frame.records();
        long at = frame.position() + random.nextInt(JournalFrames.FRAME_HEADER);
        if (!records.isEmpty() && random.nextBoolean()) {
            JournalFrames.FoundRecord record = records.get(random.nextInt(records.size()));
            at = record.position() + random.nextInt(4 + record.bodyBytes());
        }
        change(volume, frame.file(), at, random, what);
        if (isForged) {
            volume.sealFrame(frame.file(), frame.position());
        }
    }

    /** A place where something is, after some tries. */
    private long used(String name, SplittableRandom random) {
        long size = original.size(name);
        long at = 0;
        for (int tries = 0; tries < 40; tries++) {
            at = random.nextLong(Math.max(1, size - CHUNK));
            for (byte each : original.read(name, at, CHUNK)) {
                if (each != 0) {
                    return at;
                }
            }
        }
        return at;
    }

    private void change(VolumeBytes volume, String name, long at, SplittableRandom random, List<String> what) {
        int length = 1 + random.nextInt(random.nextInt(3) == 0 ? CHUNK : 8);
        byte[] bytes = volume.read(name, at, length);
        int kind = random.nextInt(6);
        switch (kind) {
            case 0, 1 -> bytes[0] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                long value = INTERESTING[random.nextInt(INTERESTING.length)];
                for (int i = 0; i < Math.min(8, length); i++) {
                    bytes[i] = (byte) (value >>> 8 * i);
                }
            }
            case 3 -> {
                VolumeBytes other = others.get(random.nextInt(others.size()));
                bytes = other.read(other.names().contains(name) ? name : "metadata.dat", at, length);
            }
            case 4 -> bytes = volume.read("metadata.dat", used("metadata.dat", random), length);
            default -> bytes = new byte[length];
        }
        what.add(name + "+" + at + " kind " + kind + " length " + length);
        volume.write(name, at, bytes);
    }

    /** Cuts or extends a file; true if it is the journal's. */
    private static boolean size(VolumeBytes volume, SplittableRandom random, List<String> what) {
        List<String> names = volume.names();
        String name = names.get(random.nextInt(names.size()));
        long size = volume.size(name);
        long changed = random.nextBoolean() ? random.nextLong(size + 1) : size + random.nextLong(1L << 20);
        volume.resize(name, changed);
        what.add(name + " to " + changed + " bytes");
        return name.startsWith("journal");
    }
}
