package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Storing what was accepted, while room comes and goes: what is stored is told, and the room set aside for it is given back once. */
class WriteBackTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 64;

    private final long[] imageBlocks = new long[BLOCKS];
    private final BlockBatch batch = new BlockBatch(BLOCKS, BLOCK, StoreFixture.FINGERPRINT_BYTES);
    private StoreFixture fixture;
    private AppendStream stream;
    private Faulty writeBack;

    /** Fails as it is told to, one after the other; does nothing for the rest. Not by a lack of memory, which ends JUnit should it come through. */
    private final class Faulty extends WriteBack {
        private final Deque<Throwable> settling = new ArrayDeque<>();
        private final Deque<Throwable> roomMaking = new ArrayDeque<>();

        Faulty(BlockChanges changes, Committer committer) {
            super(
                    fixture.parts,
                    changes,
                    committer,
                    new BlockSettler(fixture.parts.index(), null, null, null),
                    stream,
                    new MetadataReader(fixture.parts.metadata(), fixture.parts.locks()),
                    BLOCKS);
        }

        @Override
        void settleAndMap(
                BlockBatch some, int imageId, long[] blocks, int from, int batchFrom, int count, Workspace workspace)
                throws IOException {
            fail(settling);
        }

        @Override
        void makeRoom() throws IOException {
            fail(roomMaking);
        }

        private void fail(Deque<Throwable> failures) throws IOException {
            Throwable failure = failures.poll();
            if (failure instanceof IOException io) {
                throw io;
            }
            if (failure instanceof Error error && failure != WELL) {
                throw error;
            }
        }
    }

    private static final Error WELL = new Error("does not fail");

    private static VolumeFullException full() {
        return new VolumeFullException("memory", "full");
    }

    @BeforeEach
    void accept() throws IOException {
        fixture = StoreFixture.create(new MemoryDirectory(), new SpaceLimit("memory", Long.MAX_VALUE));
        BlockChanges changes = new BlockChanges(fixture.parts);
        Checkpointer checkpointer = new Checkpointer(fixture.parts, Long.MAX_VALUE, StoreFixture.FINGERPRINT_BYTES);
        stream = new AppendStream(fixture.parts, changes, StoreFixture.FINGERPRINT_BYTES);
        writeBack = new Faulty(changes, new Committer(fixture.parts, checkpointer));
        writeBack.accept(BLOCKS, 0);
        assertThat(stream.held()).isGreaterThanOrEqualTo(BLOCKS);
        batch.size = BLOCKS;
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private int store() throws IOException {
        return writeBack.store(batch, 1, imageBlocks, 0, null);
    }

    private void assertTheRestIsStoredAndNothingHeld(int rest) throws IOException {
        batch.size = rest;
        assertThat(store()).isEqualTo(rest);
        assertThat(stream.held()).isZero();
    }

    @Test
    void allIsStoredAndNothingIsHeldAnyMore() throws IOException {
        assertTheRestIsStoredAndNothingHeld(BLOCKS);
    }

    @Test
    void fewerAtATimeAreStoredWhereThereIsNoRoom() throws IOException {
        writeBack.settling.addAll(List.of(full(), full(), WELL, WELL));
        assertTheRestIsStoredAndNothingHeld(BLOCKS);
    }

    @Test
    void whatWasStoredIsToldIfTheRestCannotBe() throws IOException {
        writeBack.settling.addAll(List.of(full(), full(), WELL, full(), full(), full()));
        assertThat(store()).isEqualTo(BLOCKS / 8);
        assertThat(stream.held()).isGreaterThanOrEqualTo(BLOCKS - BLOCKS / 8);
        assertTheRestIsStoredAndNothingHeld(BLOCKS - BLOCKS / 8);
    }

    @Test
    void whatWasStoredIsToldIfNoRoomCanBeMade() throws IOException {
        writeBack.settling.addAll(List.of(full(), full(), WELL, full()));
        writeBack.roomMaking.addAll(List.of(WELL, full()));
        assertThat(store()).isEqualTo(BLOCKS / 8);
        assertTheRestIsStoredAndNothingHeld(BLOCKS - BLOCKS / 8);
    }

    @Test
    void whatWasStoredIsToldAfterAnError() throws IOException {
        writeBack.settling.addAll(List.of(full(), full(), WELL, new InternalError("a test's")));
        assertThat(store()).isEqualTo(BLOCKS / 8);
        assertTheRestIsStoredAndNothingHeld(BLOCKS - BLOCKS / 8);
    }

    @Test
    void ifNothingWasStoredTheFailureIsTold() throws IOException {
        writeBack.settling.addAll(List.of(full(), full(), full(), full()));
        assertThatThrownBy(this::store).isInstanceOf(VolumeFullException.class);
        writeBack.settling.add(new InternalError("a test's"));
        assertThatThrownBy(this::store).isInstanceOf(InternalError.class);
        assertTheRestIsStoredAndNothingHeld(BLOCKS);
    }
}
