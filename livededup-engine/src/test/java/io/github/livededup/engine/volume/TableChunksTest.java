package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.lifecycle.ReaderGate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The memory of open groups' tables: used again, but not while a reader may be on it. */
class TableChunksTest {
    private static final int ENTRY_BYTES = 48;
    /** A chunk needs two advances of the gate, and each is tried when one is taken. */
    private static final int TAKES = 5;

    private final ReaderGate gate = new ReaderGate("test");
    private final TableChunks chunks = new TableChunks(gate, ENTRY_BYTES);

    private boolean comesBack(ByteBuffer chunk) {
        for (int i = 0; i < TAKES; i++) {
            if (chunks.take() == chunk) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aChunkComesBackWhenItsReadersHaveLeft() throws IOException {
        ByteBuffer chunk = chunks.take();
        chunk.putLong(0, -1).putLong(chunk.capacity() - Long.BYTES, -1);
        int reader = gate.enter();
        chunks.giveBack(chunk);
        assertThat(comesBack(chunk)).as("with a reader on it").isFalse();
        assertThat(chunk.getLong(0)).isEqualTo(-1);
        int later = gate.enter();
        gate.leave(reader);
        assertThat(comesBack(chunk)).isTrue();
        assertThat(chunk).as("vacant").isEqualTo(ByteBuffer.allocate(chunk.capacity()));
        gate.leave(later);
    }

    @Test
    void aReaderOfBetweenTheAdvancesHoldsWhatCameBackAfterIt() throws IOException {
        ByteBuffer first = chunks.take();
        ByteBuffer second = chunks.take();
        chunks.giveBack(first);
        chunks.take(); // advances
        int reader = gate.enter();
        chunks.giveBack(second);
        assertThat(comesBack(second)).isFalse();
        gate.leave(reader);
        assertThat(comesBack(second)).isTrue();
    }

    @Test
    void aTableGivesBackAllOfIt() {
        OpenTable table = new OpenTable(chunks);
        table.growTo(2 * TableChunks.CHUNK_SLOTS); // three chunks
        Set<ByteBuffer> own = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int slot = 0; slot <= 2 * TableChunks.CHUNK_SLOTS; slot += TableChunks.CHUNK_SLOTS) {
            own.add(table.chunk(slot));
        }
        assertThat(own).hasSize(3);
        table.release();
        for (int i = 0; i < TAKES; i++) {
            own.remove(chunks.take());
        }
        assertThat(own).isEmpty();
    }

    @Test
    void whatIsKeptIsBounded() {
        Set<ByteBuffer> given = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 300; i++) {
            ByteBuffer chunk = ByteBuffer.allocate(TableChunks.CHUNK_SLOTS * ENTRY_BYTES);
            given.add(chunk);
            chunks.giveBack(chunk);
        }
        int again = 0;
        for (int i = 0; i < 300; i++) {
            again += given.contains(chunks.take()) ? 1 : 0;
        }
        assertThat(again).isEqualTo(128);
    }
}
