package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page that is not the one meant is never taken for it, and the message names page and field. */
class PageDamageTest {
    private static final int BLOCKS = 20_000;
    private static final int PER_LEAF = 508;

    private final MemoryDirectory directory = new MemoryDirectory();
    private MetadataRoots roots = MetadataRoots.EMPTY;
    private int image;

    @BeforeEach
    void fill() throws IOException {
        try (MetadataFixture fixture = MetadataFixture.create(directory)) {
            fixture.store.groups().open(1, 0);
            image = fixture.image("image");
            fixture.store.maps().map(image, 0, BlockAddress.of(1, 0), BLOCKS);
            roots = fixture.checkpoint();
        }
    }

    @Test
    void flippedByteOfAnyField() throws IOException {
        long leaf = leafPage(7);
        for (int at = 0; at < PageLayout.HEADER_BYTES; at++) {
            flip(leaf, at);
            assertDamaged(7, "page " + leaf + " (image map, level 0): checksum");
            flip(leaf, at);
        }
        assertThat(read(7)).isEqualTo(BlockAddress.of(1, 7 * PER_LEAF));
    }

    @Test
    void flippedByteOfPayload() throws IOException {
        long leaf = leafPage(7);
        for (int at = PageLayout.HEADER_BYTES; at < PageLayout.PAGE_BYTES; at += 97) {
            flip(leaf, at);
            assertDamaged(7, "page " + leaf + " (image map, level 0): checksum");
            flip(leaf, at);
        }
    }

    @Test
    void eachFieldIsCheckedThoughTheChecksumHolds() throws IOException {
        long leaf = leafPage(3);
        byte[] good = page(leaf);
        long volume = MetadataFixture.VOLUME.getLeastSignificantBits();
        long generation = PageLayout.generation(good);
        int kind = PageLayout.KIND_IMAGE_MAP;
        forge(leaf, good, PageLayout.KIND_COUNTS, 0, 8, leaf, generation, volume);
        assertDamaged(3, "page " + leaf + " (image map, level 0): kind: actual=0x4d06 expected=0x4d05");
        forge(leaf, good, kind, 1, 8, leaf, generation, volume);
        assertDamaged(3, "level: actual=0x1 expected=0x0");
        forge(leaf, good, kind, 0, 4, leaf, generation, volume);
        assertDamaged(3, "record size: actual=0x4 expected=0x8");
        forge(leaf, good, kind, 0, 8, leaf + 1, generation, volume);
        assertDamaged(3, "page number: actual=0x" + Long.toHexString(leaf + 1));
        forge(leaf, good, kind, 0, 8, leaf, generation + 1, volume);
        assertDamaged(3, "generation: actual=0x" + Long.toHexString(generation + 1));
        forge(leaf, good, kind, 0, 8, leaf, generation, volume + 1);
        assertDamaged(3, "volume id: actual=");
    }

    @Test
    void otherVersion() throws IOException {
        long leaf = leafPage(3);
        byte[] page = page(leaf);
        page[6]++;
        PageLayout.seal(page, PageLayout.used(page));
        write(leaf, page);
        assertDamaged(3, "version: actual=0x2 expected=0x1");
    }

    @Test
    void swappedPages() throws IOException {
        long one = leafPage(4);
        long two = leafPage(5);
        byte[] kept = page(one);
        write(one, page(two));
        write(two, kept);
        assertDamaged(4, "page " + one + " (image map, level 0): page number");
        assertDamaged(5, "page " + two + " (image map, level 0): page number");
    }

    @Test
    void staleCopy() throws IOException {
        MemoryDirectory before = directory.copy();
        // Map leaf 4 anew until it comes back to a page that held a leaf at the first checkpoint.
        for (int i = 1; i < 100; i++) {
            try (MetadataFixture fixture = MetadataFixture.open(directory, roots, false)) {
                fixture.rememberLive(BLOCKS);
                fixture.store.maps().map(image, 0, BlockAddress.of(1, i), BLOCKS / 2);
                roots = fixture.checkpoint();
            }
            long leaf = leafPage(4);
            byte[] old = new byte[PageLayout.PAGE_BYTES];
            try (VolumeFile file = before.open(MetadataStore.FILE_NAME, OpenMode.READ)) {
                if ((leaf + 1) * PageLayout.PAGE_BYTES <= file.sizeBytes()) {
                    file.read(ByteBuffer.wrap(old), leaf * PageLayout.PAGE_BYTES);
                }
            }
            if (old[4] == 5 && old[7] == 0) {
                write(leaf, old);
                assertDamaged(4, "page " + leaf + " (image map, level 0): generation");
                return;
            }
        }
        throw new AssertionError("no page was used again");
    }

    @Test
    void lostPage() throws IOException {
        long leaf = leafPage(2);
        write(leaf, new byte[PageLayout.PAGE_BYTES]);
        assertDamaged(2, "page " + leaf + " (image map, level 0): checksum");
    }

    @Test
    void cutFile() throws IOException {
        try (VolumeFile file = directory.open(MetadataStore.FILE_NAME, OpenMode.WRITE)) {
            file.resize(20 * PageLayout.PAGE_BYTES);
        }
        assertThatThrownBy(() -> MetadataFixture.open(directory, roots, true))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("size in pages: actual=20 expected=at least " + roots.pageCount());
    }

    @Test
    void damagedRootsAndOwnPages() throws IOException {
        for (long pointer : new long[] {0, roots.freeSpace(), roots.catalogue(), roots.groups()}) {
            long number = PagePointer.number(pointer);
            flip(number, 100);
            assertThatThrownBy(() -> MetadataFixture.open(directory, roots, true))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("page " + number + " ");
            flip(number, 100);
        }
    }

    @Test
    void otherVolume() throws IOException {
        MetadataSettings settings = new MetadataSettings(
                new UUID(1, 2), MetadataFixture.ENTRY_BYTES, 0, true, LivenessListener.NONE, SpaceGuard.UNLIMITED);
        assertThatThrownBy(() -> MetadataStore.open(directory, roots, settings))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("page 0 (file header, level 0): volume id");
    }

    @Test
    void verificationReportsAllAndGoesOn() throws IOException {
        long one = leafPage(4);
        long two = leafPage(30);
        flip(one, 1000);
        flip(two, 1000);
        try (MetadataFixture fixture = MetadataFixture.open(directory, roots, true)) {
            assertThat(fixture.problems())
                    .hasSize(2)
                    .anyMatch(problem -> problem.contains("page " + one + " (image map, level 0): checksum"))
                    .anyMatch(problem -> problem.contains("page " + two + " (image map, level 0): checksum"));
            assertThat(fixture.store.maps().get(image, 0)).isEqualTo(BlockAddress.of(1, 0));
        }
    }

    private void assertDamaged(int leafIndex, String message) {
        assertThatThrownBy(() -> read(leafIndex))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(message);
    }

    private long read(int leafIndex) throws IOException {
        try (MetadataFixture fixture = MetadataFixture.open(directory, roots, true)) {
            return fixture.store.maps().get(image, (long) leafIndex * PER_LEAF);
        }
    }

    private long leafPage(int leafIndex) throws IOException {
        try (MetadataFixture fixture = MetadataFixture.open(directory, roots, true)) {
            TreeRoot root = fixture.store.catalogue().root(image);
            Page leaf = fixture.store.maps().tree().leaf(root.pointer, root.height, leafIndex);
            return leaf == null ? 0 : leaf.number();
        }
    }

    private void forge(
            long at, byte[] good, int kind, int level, int recordBytes, long number, long generation, long volume)
            throws IOException {
        byte[] page = good.clone();
        PageLayout.writeHeader(page, kind, level, recordBytes, number, generation, volume);
        PageLayout.seal(page, PageLayout.used(good));
        write(at, page);
    }

    private byte[] page(long number) throws IOException {
        byte[] page = new byte[PageLayout.PAGE_BYTES];
        try (VolumeFile file = directory.open(MetadataStore.FILE_NAME, OpenMode.READ)) {
            file.read(ByteBuffer.wrap(page), number * PageLayout.PAGE_BYTES);
        }
        return page;
    }

    private void write(long number, byte[] page) throws IOException {
        try (VolumeFile file = directory.open(MetadataStore.FILE_NAME, OpenMode.WRITE)) {
            file.write(ByteBuffer.wrap(page), number * PageLayout.PAGE_BYTES);
        }
    }

    private void flip(long number, int at) throws IOException {
        byte[] page = page(number);
        page[at] ^= 0x10;
        write(number, page);
    }
}
