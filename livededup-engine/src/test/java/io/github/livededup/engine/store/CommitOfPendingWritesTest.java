package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Compression;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A commit makes durable what is stored, whatever keeps writes in memory from being stored. */
class CommitOfPendingWritesTest {
    private static final StoreSettings SETTINGS = new StoreSettings(
            4096, FingerprintAlgorithm.SHA_256, Compression.NONE, Durability.EXPLICIT, false, false, 1, 1 << 20);

    /** Writes that cannot be stored. */
    private record Unstorable(Throwable failure) implements PendingWrites {
        @Override
        public void storeAll() throws IOException {
            if (failure instanceof IOException io) {
                throw io;
            }
            throw (Error) failure;
        }

        @Override
        public void storeWhatCanBe() {}

        @Override
        public long bytes() {
            return 4096;
        }

        @Override
        public void release() {}
    }

    static Stream<Throwable> failures() {
        return Stream.of(
                new VolumeFullException("memory", "full"), new OutOfMemoryError("Cannot reserve direct buffer memory"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatIsStoredIsCommitted(Throwable failure) throws IOException {
        MemoryDirectory directory = new MemoryDirectory();
        try (StoreFixture fixture = StoreFixture.create(directory, new SpaceLimit("memory", Long.MAX_VALUE))) {
            Checkpointer checkpointer = new Checkpointer(fixture.parts, Long.MAX_VALUE, StoreFixture.FINGERPRINT_BYTES);
            Committer committer = new Committer(fixture.parts, checkpointer);
            BlockStoreCore store = new BlockStoreCore(
                    fixture.parts,
                    SETTINGS,
                    new BlockChanges(fixture.parts),
                    new ImageChanges(
                            fixture.parts,
                            committer,
                            new LiveCounters(fixture.parts.groups()),
                            SETTINGS.blockSizeBytes()),
                    committer,
                    Runnable::run,
                    SpaceReclaimer.NONE,
                    new LowSpaceWatch(fixture.parts.groups(), directory, 0, event -> {}));
            store.pendingWrites(new Unstorable(failure));
            fixture.image("a");
            long before = committer.commits();
            assertThatThrownBy(store::commit).isSameAs(failure).hasNoSuppressedExceptions();
            assertThat(committer.commits()).isEqualTo(before + 1);
        }
    }
}
