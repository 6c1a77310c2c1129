package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A metadata store with the part of the block store's that it needs: figures of groups and a remembered checkpoint. */
final class MetadataFixture implements AutoCloseable {
    static final UUID VOLUME = new UUID(0x1122_3344_5566_7788L, 0x99AA_BBCC_DDEE_FF00L);
    static final int ENTRY_BYTES = 48;
    /** What each block counts for in its group's figures. */
    static final int STORED_BYTES = 100;

    final VolumeDirectory directory;
    long cacheBytes = 256 * 1024;
    MetadataRoots roots = MetadataRoots.EMPTY;
    MetadataStore store;
    /** Takes what the listener hears, if set. */
    @Nullable
    List<String> heard;
    /** Blocks that were referenced at some time. */
    private final Set<Long> known = new HashSet<>();

    private MetadataFixture(VolumeDirectory directory) {
        this.directory = directory;
    }

    static MetadataFixture create(VolumeDirectory directory) throws IOException {
        MetadataFixture fixture = new MetadataFixture(directory);
        fixture.store = MetadataStore.create(directory, fixture.settings(false));
        fixture.checkpoint();
        return fixture;
    }

    static MetadataFixture open(VolumeDirectory directory, MetadataRoots roots, boolean readOnly) throws IOException {
        MetadataFixture fixture = new MetadataFixture(directory);
        fixture.roots = roots;
        fixture.store = MetadataStore.open(directory, roots, fixture.settings(readOnly));
        return fixture;
    }

    /** Opens another's file, closed, at its checkpoint, without the counts; pages of others' checkpoints stay for now. */
    static MetadataFixture openWithoutCounts(MetadataFixture closed, MetadataRoots... others) throws IOException {
        MetadataFixture fixture = new MetadataFixture(closed.directory);
        fixture.roots = closed.roots;
        fixture.store = MetadataStore.openWithoutCounts(
                closed.directory, closed.roots, List.of(others), fixture.settings(false));
        return fixture;
    }

    MetadataSettings settings(boolean readOnly) {
        LivenessListener liveness = new LivenessListener() {
            @Override
            public void live(long address) throws IOException {
                hear("live " + BlockAddress.slot(address));
                boolean fresh = known.add(address);
                store.groups().adjustBytes(BlockAddress.group(address), STORED_BYTES, fresh ? 0 : -STORED_BYTES, 1);
            }

            @Override
            public void dead(long address) throws IOException {
                hear("dead " + BlockAddress.slot(address));
                store.groups().adjustBytes(BlockAddress.group(address), -STORED_BYTES, STORED_BYTES, -1);
            }
        };
        return new MetadataSettings(VOLUME, ENTRY_BYTES, cacheBytes, readOnly, liveness, SpaceGuard.UNLIMITED);
    }

    private void hear(String what) {
        if (heard != null) {
            heard.add(what);
        }
    }

    MetadataRoots checkpoint() throws IOException {
        roots = store.checkpoint();
        store.checkpointDone();
        return roots;
    }

    void reopen() throws IOException {
        store.close();
        store = MetadataStore.open(directory, roots, settings(false));
    }

    /** After opening another's file: which of the first blocks of each group were referenced already is not known. */
    void rememberLive(int slots) throws IOException {
        for (int group = 1; group <= store.groups().highestGroup(); group++) {
            for (int slot = 0; slot < slots; slot++) {
                if (store.references().count(BlockAddress.of(group, slot)) > 0) {
                    known.add(BlockAddress.of(group, slot));
                }
            }
        }
    }

    int image(String name) throws IOException {
        int id = store.catalogue().freeId();
        store.catalogue().create(id, name, false, 1L << 40, 1000);
        return id;
    }

    /** Empties an image step by step, then takes it out. */
    void delete(int id, int leavesAStep) throws IOException {
        store.catalogue().hide(id);
        long from = 0;
        while (from < ImageMap.MAX_BLOCKS) {
            long to = store.maps().endOfStep(id, from, ImageMap.MAX_BLOCKS, leavesAStep);
            assertThat(to).isGreaterThan(from);
            store.maps().unmap(id, from, to - from);
            from = to;
        }
        store.catalogue().remove(id);
    }

    List<String> problems() throws IOException {
        return problems(Long.MAX_VALUE);
    }

    List<String> problems(long memoryBytes) throws IOException {
        List<String> problems = new ArrayList<>();
        store.verify((resource, message) -> problems.add(resource + ": " + message), memoryBytes);
        return problems;
    }

    void assertSound() throws IOException {
        assertThat(problems()).isEmpty();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
