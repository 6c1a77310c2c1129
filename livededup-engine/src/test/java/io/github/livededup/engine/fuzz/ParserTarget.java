package io.github.livededup.engine.fuzz;

import io.github.livededup.Compression;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.EntryPlace;
import io.github.livededup.engine.format.SuperblockLayout;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.journal.JournalRecordVisitor;
import io.github.livededup.engine.journal.JournalRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The parsers of a volume's files, each fed with bytes as if they had come from the disk. Checksums are made right, so that what
 * stands behind them is met. A parser takes the bytes, or refuses them by a typed exception, which passes on.
 */
enum ParserTarget {
    /** Bodies of journal records: type, length, body, and so on. */
    JOURNAL_RECORDS {
        @Override
        void parse(byte[] bytes) throws IOException {
            JournalRecordVisitor nobody = (JournalRecordVisitor) Proxy.newProxyInstance(
                    JournalRecordVisitor.class.getClassLoader(),
                    new Class<?>[] {JournalRecordVisitor.class},
                    (proxy, method, arguments) -> null);
            int at = 0;
            while (at + 2 <= bytes.length) {
                int length = Math.min(bytes[at + 1] & 255, bytes.length - at - 2);
                ByteBuffer body = ByteBuffer.wrap(bytes, at + 2, length).order(ByteOrder.LITTLE_ENDIAN);
                JournalRecords.decoding(nobody, "journal").record(bytes[at] & 127, body);
                at += 2 + length;
            }
        }

        @Override
        byte[] seed() {
            VolumeBytes crashed = specimen().crashed;
            ByteBuffer records = ByteBuffer.allocate(1 << 16);
            for (JournalFrames.FoundFrame frame : JournalFrames.of(crashed)) {
                for (JournalFrames.FoundRecord record : frame.records()) {
                    if (record.bodyBytes() < 256 && records.remaining() > 258) {
                        records.put((byte) record.type()).put((byte) record.bodyBytes());
                        records.put(crashed.read(frame.file(), record.position() + 4, record.bodyBytes()));
                    }
                }
            }
            return Arrays.copyOf(records.array(), records.position());
        }
    },
    /** The payload of a frame of a crashed volume's journal, replayed. */
    JOURNAL_FRAME {
        @Override
        void parse(byte[] bytes) throws IOException {
            VolumeBytes copy = specimen().crashed.copy();
            List<JournalFrames.FoundFrame> frames = JournalFrames.of(specimen().crashed);
            JournalFrames.FoundFrame frame = frames.get(number(bytes, 0) % frames.size());
            int payload = copy.buffer(frame.file(), frame.position(), 64).getInt(4);
            patch(copy, frame.file(), frame.position() + 64, payload, bytes, 2);
            copy.sealFrame(frame.file(), frame.position());
            open(copy, VerifyLevel.METADATA);
        }
    },
    /** A slot of the superblock. */
    SUPERBLOCK {
        @Override
        void parse(byte[] bytes) throws IOException {
            VolumeBytes copy = specimen().closed.copy();
            long slot = copy.slotInForce();
            patch(copy, "superblock", slot, SuperblockLayout.SLOT_BYTES - 4, bytes, 0);
            copy.sealSlot("superblock", slot);
            open(copy, VerifyLevel.METADATA);
        }
    },
    /** A page of metadata: which one, where in it, and the bytes there. */
    METADATA_PAGE {
        @Override
        void parse(byte[] bytes) throws IOException {
            VolumeBytes copy = specimen().closed.copy();
            List<MetadataPages.Found> pages = MetadataPages.of(specimen().closed);
            MetadataPages.Found page = pages.get(number(bytes, 0) % pages.size());
            int within = 4 + number(bytes, 2) % (VolumeBytes.PAGE - 4);
            patch(copy, "metadata.dat", page.position() + within, VolumeBytes.PAGE - within, bytes, 4);
            copy.sealPage(page.number());
            open(copy, VerifyLevel.METADATA);
        }
    },
    /** An entry of a sealed group's table. */
    TABLE_ENTRY {
        @Override
        void parse(byte[] bytes) throws IOException {
            VolumeBytes copy = specimen().closed.copy();
            byte[] file = copy.read("blocks.dat", 0, 1 << 20);
            ByteBuffer group = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            int footer = EntryPlace.footerBehind(group, 64);
            int slot = number(bytes, 0) % group.getInt(footer + 32);
            int at = group.getInt(footer + 44) + slot * ENTRY_BYTES;
            patch(copy, "blocks.dat", at, ENTRY_BYTES, bytes, 2);
            ByteBuffer entry = copy.buffer("blocks.dat", at, ENTRY_BYTES);
            EntryPlace.mend(BlockAddress.of(group.getInt(12), slot), entry, 0, ENTRY_BYTES - TableEntry.TAIL_BYTES);
            copy.write("blocks.dat", at, entry.array());
            open(copy, VerifyLevel.FINGERPRINTS);
        }
    },
    /** The marker and the filter of the index, which must never matter. */
    INDEX {
        @Override
        void parse(byte[] bytes) throws IOException {
            VolumeBytes copy = specimen().closed.copy();
            boolean isMarker = number(bytes, 0) % 2 == 0;
            String name = isMarker ? "index/CLEAN" : "index/filter";
            int length = isMarker ? Math.toIntExact(copy.size(name)) - 4 : 60;
            patch(copy, name, 0, length, bytes, 2);
            copy.sealBehind(name, 0, length);
            open(copy, VerifyLevel.METADATA);
        }
    },
    /** Stored bytes of a block. */
    CODEC {
        private final BlockCodec codec = BlockCodec.of(Compression.LZ4_FAST);

        @Override
        void parse(byte[] bytes) {
            ByteBuffer block = ByteBuffer.allocate(MemorySpecimen.BLOCK);
            for (int number = 0; number < 3; number++) {
                codec.decompress(number, ByteBuffer.wrap(bytes), 0, bytes.length, block, 0, MemorySpecimen.BLOCK);
            }
        }
    },
    /** A delta stream. */
    DELTA {
        @Override
        void parse(byte[] bytes) throws IOException {
            Deltas.TARGET.parse(bytes);
        }

        @Override
        byte[] seed() {
            return Deltas.TARGET.seed();
        }
    },
    /** Where a verification is to go on. */
    CURSOR {
        @Override
        void parse(byte[] bytes) throws IOException {
            VolumeBytes copy = specimen().closed.copy();
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            try (Volume volume = MemoryProvider.open(copy.directory(), READ_ONLY)) {
                volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS).withCursor(text));
            }
        }

        @Override
        byte[] seed() {
            return "LDV1:".getBytes(StandardCharsets.US_ASCII);
        }
    };

    private static final int ENTRY_BYTES = 48;
    private static final VolumeOptions READ_ONLY = VolumeOptions.builder()
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .workerThreads(1)
            .readOnly(true)
            .build();

    /** Made at the first use, which takes a second. */
    private static final class Holder {
        static final MemorySpecimen SPECIMEN = make();

        private static MemorySpecimen make() {
            try {
                return new MemorySpecimen();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Deltas {
        static final DeltaTarget TARGET = new DeltaTarget();
    }

    /**
     * Feeds the parser.
     *
     * @param bytes any bytes
     * @throws IOException and {@link io.github.livededup.LiveDedupException} if they are refused
     */
    abstract void parse(byte[] bytes) throws IOException;

    /** Bytes that the parser takes. */
    byte[] seed() {
        return new byte[0];
    }

    static MemorySpecimen specimen() {
        return Holder.SPECIMEN;
    }

    private static int number(byte[] bytes, int at) {
        return at + 2 <= bytes.length ? (bytes[at] & 255) << 8 | bytes[at + 1] & 255 : 0;
    }

    /** Puts bytes, from an index on, in the place of a file's, as many as fit. */
    private static void patch(VolumeBytes volume, String name, long position, int room, byte[] bytes, int from) {
        int length = Math.min(room, Math.max(0, bytes.length - from));
        if (length > 0) {
            volume.write(name, position, Arrays.copyOfRange(bytes, from, from + length));
        }
    }

    private static void open(VolumeBytes volume, VerifyLevel level) throws IOException {
        try (Volume opened = MemoryProvider.open(volume.directory(), READ_ONLY)) {
            opened.verify(VerifyOptions.of(level));
            opened.images().list();
        }
    }
}
