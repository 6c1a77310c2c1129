package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.PutBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Batch put and batch get. */
class BlockBatchContractTest extends VolumeContract {
    @Test
    void putsBlocksInTheirOrder() throws IOException {
        PutBatch batch = new PutBatch(8);
        ByteBuffer source = TestData.direct(TestData.blocks(blockSize, 1, 2, 1, 0, 3, 0));
        blocks.putAll(source, batch);
        assertThat(source.hasRemaining()).isFalse();
        assertThat(batch.size()).isEqualTo(6);
        long[] at = batch.addresses();
        assertThat(at[2]).isEqualTo(at[0]);
        assertThat(at[5]).isEqualTo(at[3]);
        assertThat(new long[] {at[0], at[1], at[3], at[4]}).doesNotHaveDuplicates();
        boolean[] isNew = {true, true, false, true, true, false};
        for (int i = 0; i < 6; i++) {
            assertThat(batch.isNew(i)).as("block %d", i).isEqualTo(isNew[i]);
        }
        assertThat(blocks.references(at[0])).isEqualTo(2);
        assertThat(blocks.references(at[1])).isEqualTo(1);
        assertThat(get(at[3])).isEqualTo(new byte[blockSize]);
        assertThat(get(at[4])).isEqualTo(block(3));
    }

    @Test
    void putsAndGetsLargeBatches() throws IOException {
        int count = (3 << 20) / blockSize;
        byte[] all = TestData.distinctBlocks(blockSize, 10, count);
        PutBatch batch = new PutBatch(count);
        blocks.putAll(ByteBuffer.wrap(all), batch);
        assertThat(batch.addresses()).hasSize(count).doesNotHaveDuplicates();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(count);

        ByteBuffer into = ByteBuffer.allocateDirect(all.length);
        blocks.getAll(batch.addresses(), 0, count, into);
        assertThat(into.hasRemaining()).isFalse();
        assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(all));

        long[] before = batch.addresses();
        blocks.putAll(TestData.direct(all), batch);
        assertThat(batch.addresses()).isEqualTo(before);
        for (int i = 0; i < count; i++) {
            assertThat(batch.isNew(i)).isFalse();
        }
        assertThat(blocks.references(before[count - 1])).isEqualTo(2);
    }

    @Test
    void usesABatchAgain() throws IOException {
        PutBatch batch = new PutBatch(4);
        blocks.putAll(ByteBuffer.wrap(TestData.blocks(blockSize, 1, 2, 3)), batch);
        long first = batch.address(0);
        blocks.putAll(ByteBuffer.wrap(TestData.blocks(blockSize, 1)), batch);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.address(0)).isEqualTo(first);
        blocks.putAll(ByteBuffer.allocate(0), batch);
        assertThat(batch.size()).isZero();
    }

    @Test
    void refusesWhatIsNoBatch() throws IOException {
        PutBatch batch = new PutBatch(2);
        for (int length : new int[] {1, blockSize - 1, blockSize + 1, 3 * blockSize}) {
            ByteBuffer wrong = ByteBuffer.allocate(length);
            assertThatThrownBy(() -> blocks.putAll(wrong, batch)).isInstanceOf(InvalidArgumentException.class);
            assertThat(wrong.position()).isZero();
        }
        assertThat(volume.statistics().uniqueBlocks()).isZero();
    }

    @Test
    void getsPartOfAnArray() throws IOException {
        PutBatch batch = new PutBatch(5);
        blocks.putAll(ByteBuffer.wrap(TestData.blocks(blockSize, 1, 2, 3, 4, 5)), batch);
        ByteBuffer into = ByteBuffer.allocate(3 * blockSize).position(3).limit(2 * blockSize + 5);
        blocks.getAll(batch.addresses(), 2, 2, into);
        assertThat(into.position()).isEqualTo(2 * blockSize + 3);
        assertThat(into.limit()).isEqualTo(2 * blockSize + 5);
        assertThat(into.flip().position(3)).isEqualTo(ByteBuffer.wrap(TestData.blocks(blockSize, 3, 4)));
        blocks.getAll(batch.addresses(), 5, 0, into);
        assertThat(into.position()).isEqualTo(3);
    }

    @Test
    void refusesToGetWhatIsNotThere() throws IOException {
        PutBatch batch = new PutBatch(2);
        blocks.putAll(ByteBuffer.wrap(TestData.blocks(blockSize, 1, 2)), batch);
        long[] at = {batch.address(0), batch.address(1), batch.address(1) + 1000};
        ByteBuffer into = ByteBuffer.allocate(3 * blockSize);
        assertThatThrownBy(() -> blocks.getAll(at, 0, 3, into)).isInstanceOf(NotFoundException.class);
        assertThat(into.position()).isZero();
        assertThatThrownBy(() -> blocks.getAll(at, 2, 2, into)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> blocks.getAll(at, -1, 1, into)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> blocks.getAll(at, 0, -1, into)).isInstanceOf(IndexOutOfBoundsException.class);
        ByteBuffer small = ByteBuffer.allocate(2 * blockSize - 1);
        assertThatThrownBy(() -> blocks.getAll(at, 0, 2, small)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> blocks.getAll(at, 0, 2, into.asReadOnlyBuffer()))
                .isInstanceOf(InvalidArgumentException.class);
        assertThat(small.position()).isZero();
    }
}
