package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every kind of disagreement is found; each test makes one behind the store's back. */
class VerificationTest {
    private MetadataFixture fixture;
    private int image;

    @BeforeEach
    void create() throws IOException {
        fixture = MetadataFixture.create(new MemoryDirectory());
        fixture.store.groups().open(1, 0);
        fixture.store.groups().open(2, 1);
        image = fixture.image("image");
        fixture.store.maps().map(image, 0, BlockAddress.of(1, 0), 2000);
        fixture.store.references().addExternal(BlockAddress.of(2, 5000), 1);
        fixture.checkpoint();
        fixture.assertSound();
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @Test
    void countTooHigh() throws IOException {
        fixture.store.references().add(BlockAddress.of(1, 700), 1);
        assertThat(fixture.problems()).containsExactly("block 1:700: references: actual=2 expected=1");
    }

    @Test
    void countMissing() throws IOException {
        fixture.store.references().add(BlockAddress.of(1, 700), -1);
        assertThat(fixture.problems()).containsExactly("block 1:700: references: actual=0 expected=1");
    }

    @Test
    void outsideReferenceWithoutACount() throws IOException {
        fixture.store.references().add(BlockAddress.of(2, 5000), -1);
        assertThat(fixture.problems(1)).containsExactly("block 2:5000: references: actual=0 expected=1");
    }

    @Test
    void liveBlocks() throws IOException {
        fixture.store.groups().adjustBytes(2, 0, 0, 1);
        assertThat(fixture.problems()).containsExactly("group 2: live blocks: actual=2 expected=1");
    }

    @Test
    void mappedBlocks() throws IOException {
        fixture.store.catalogue().putMap(image, fixture.store.catalogue().root(image), 3);
        assertThat(fixture.problems()).containsExactly("image image: mapped blocks: actual=2003 expected=2000");
    }

    @Test
    void mappedBlocksOfAnImageBeingDeletedAreNotKept() throws IOException {
        fixture.store.catalogue().hide(image);
        fixture.assertSound();
        fixture.store.maps().unmap(image, 0, 508);
        fixture.assertSound();
        fixture.store.references().add(BlockAddress.of(1, 700), 1);
        assertThat(fixture.problems()).containsExactly("block 1:700: references: actual=2 expected=1");
    }

    @Test
    void addressBeyondASealedGroup() throws IOException {
        fixture.store.groups().seal(1, 1999, 0, 0, 0);
        assertThat(fixture.problems())
                .singleElement()
                .asString()
                .endsWith("block address: actual=0x10007cf expected=a block of a group");
    }

    @Test
    void leakedPage() throws IOException {
        long page = fixture.store.pages().freeSpace().allocate();
        assertThat(fixture.problems())
                .containsExactly("memory/metadata.dat page " + page + ": state: actual=in use expected=free");
    }

    @Test
    void usedPageTakenForFree() throws IOException {
        long page = fixture.store.catalogue().root(image).pointer & 0xFFFF;
        fixture.store.pages().freeSpace().freeLater(page);
        assertThat(fixture.problems())
                .containsExactly("memory/metadata.dat page " + page + ": state: actual=free expected=in use");
    }

    @Test
    void pageReferences() throws IOException {
        int clone = fixture.image("clone");
        TreeRoot root = fixture.store.catalogue().root(image);
        fixture.store.catalogue().putMap(clone, root, 2000);
        long page = root.pointer & 0xFFFF;
        assertThat(fixture.problems())
                .containsExactly("image map page " + page + ": extra references: actual=0 expected=1");
    }

    @Test
    void extraPageReferences() throws IOException {
        int clone = fixture.image("clone");
        fixture.store.maps().share(image, clone);
        TreeRoot root = fixture.store.catalogue().root(image);
        fixture.store.catalogue().putMap(clone, new TreeRoot(), -2000);
        assertThat(fixture.problems())
                .containsExactly(
                        "image map page " + (root.pointer & 0xFFFF) + ": extra references: actual=1 expected=0");
    }
}
