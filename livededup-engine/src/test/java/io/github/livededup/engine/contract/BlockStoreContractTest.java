package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.PutResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Single blocks: put, get, references, fingerprints. */
class BlockStoreContractTest extends VolumeContract {
    @Test
    void storesABlockOnce() throws IOException {
        ByteBuffer block = ByteBuffer.wrap(block(1));
        PutResult first = blocks.put(block);
        assertThat(first.isNew()).isTrue();
        assertThat(block.position()).isEqualTo(blockSize);
        PutResult second = blocks.put(ByteBuffer.wrap(block(1)));
        assertThat(second.isNew()).isFalse();
        assertThat(second.address()).isEqualTo(first.address());
        assertThat(get(first.address())).isEqualTo(block(1));
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
    }

    @Test
    void storesEveryKindOfBlock() throws IOException {
        byte[] zeros = new byte[blockSize];
        byte[] lastByte = new byte[blockSize];
        lastByte[blockSize - 1] = 1;
        List<byte[]> kinds = List.of(zeros, lastByte, TestData.random(blockSize, 5), TestData.text(blockSize, 5));
        for (byte[] kind : kinds) {
            assertThat(get(put(kind))).isEqualTo(kind);
        }
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(4);
    }

    @Test
    void takesEveryKindOfBuffer() throws IOException {
        byte[] block = block(1);
        long address = put(block);
        ByteBuffer within = ByteBuffer.allocate(blockSize + 200).position(150);
        within.put(block).flip().position(150);
        List<ByteBuffer> buffers = List.of(
                TestData.direct(block),
                ByteBuffer.wrap(block).asReadOnlyBuffer(),
                TestData.direct(block).asReadOnlyBuffer(),
                ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN),
                within.slice(),
                within);
        for (ByteBuffer buffer : buffers) {
            int limit = buffer.limit();
            assertThat(blocks.fingerprint(buffer)).isEqualTo(blocks.fingerprint(ByteBuffer.wrap(block)));
            assertThat(blocks.put(buffer)).isEqualTo(new PutResult(address, false));
            assertThat(buffer.position()).isEqualTo(limit);
            assertThat(buffer.limit()).isEqualTo(limit);
        }
    }

    @Test
    void readsIntoThePlaceOfTheBuffer() throws IOException {
        long address = put(block(1));
        for (ByteBuffer into :
                List.of(ByteBuffer.allocate(blockSize + 20), ByteBuffer.allocateDirect(blockSize + 20))) {
            into.position(7).limit(blockSize + 15);
            blocks.get(address, into);
            assertThat(into.position()).isEqualTo(blockSize + 7);
            assertThat(into.limit()).isEqualTo(blockSize + 15);
            byte[] all = new byte[blockSize + 20];
            into.clear().get(all);
            assertThat(all).startsWith(new byte[7]).endsWith(new byte[13]);
            assertThat(ByteBuffer.wrap(all, 7, blockSize)).isEqualTo(ByteBuffer.wrap(block(1)));
        }
    }

    @Test
    void refusesBuffersThatAreNotABlock() throws IOException {
        for (int length : new int[] {0, 1, blockSize - 1, blockSize + 1, 2 * blockSize}) {
            ByteBuffer wrong = ByteBuffer.allocate(length);
            assertThatThrownBy(() -> blocks.put(wrong)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> blocks.fingerprint(wrong)).isInstanceOf(InvalidArgumentException.class);
            assertThat(wrong.position()).isZero();
        }
        assertThat(volume.statistics().uniqueBlocks()).isZero();
    }

    @Test
    void refusesBuffersThatCannotBeFilled() throws IOException {
        long address = put(block(1));
        ByteBuffer small = ByteBuffer.allocate(blockSize).position(1);
        ByteBuffer readOnly = ByteBuffer.allocate(blockSize).asReadOnlyBuffer();
        assertThatThrownBy(() -> blocks.get(address, small)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> blocks.get(address, readOnly)).isInstanceOf(InvalidArgumentException.class);
        assertThat(small.position()).isEqualTo(1);
        assertThat(readOnly.position()).isZero();
    }

    @Test
    void knowsNoOtherAddresses() throws IOException {
        long address = put(block(1));
        long[] unknown = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, address + 1, address + (1L << 24), address | 1L << 62};
        for (long other : unknown) {
            ByteBuffer into = ByteBuffer.allocate(blockSize);
            assertThatThrownBy(() -> blocks.get(other, into)).isInstanceOf(NotFoundException.class);
            assertThat(into).isEqualTo(ByteBuffer.allocate(blockSize));
            assertThatThrownBy(() -> blocks.retain(other)).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> blocks.release(other)).isInstanceOf(NotFoundException.class);
            assertThat(blocks.references(other)).isZero();
        }
    }

    @Test
    void countsReferences() throws IOException {
        long address = put(block(1));
        assertThat(blocks.references(address)).isEqualTo(1);
        put(block(1));
        blocks.retain(address);
        assertThat(blocks.references(address)).isEqualTo(3);
        blocks.release(address);
        blocks.release(address);
        assertThat(blocks.references(address)).isEqualTo(1);
        assertThat(get(address)).isEqualTo(block(1));
    }

    @Test
    void countsManyReferences() throws IOException {
        long address = put(block(1));
        for (int i = 0; i < 299; i++) {
            blocks.retain(address);
        }
        assertThat(blocks.references(address)).isEqualTo(300);
        for (int i = 0; i < 299; i++) {
            blocks.release(address);
        }
        assertThat(blocks.references(address)).isEqualTo(1);
    }

    @Test
    void aBlockDiesWithItsLastReference() throws IOException {
        long address = put(block(1));
        long other = put(block(2));
        blocks.release(address);
        volume.commit();
        assertThatThrownBy(() -> get(address)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> blocks.release(address)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> blocks.retain(address)).isInstanceOf(NotFoundException.class);
        assertThat(blocks.references(address)).isZero();
        assertThat(blocks.find(fingerprint(block(1)))).isEmpty();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
        assertThat(get(other)).isEqualTo(block(2));
    }

    @Test
    void aDeadBlockCanBePutAgain() throws IOException {
        for (int i = 0; i < 3; i++) {
            long address = put(block(1));
            assertThat(get(address)).isEqualTo(block(1));
            assertThat(blocks.references(address)).isEqualTo(1);
            blocks.release(address);
            if (i == 1) {
                volume.commit();
            }
        }
        assertThat(volume.statistics().uniqueBlocks()).isZero();
    }

    @Test
    void findsBlocksByTheirFingerprint() throws IOException {
        long address = put(block(1));
        for (ByteBuffer wanted : List.of(
                fingerprint(block(1)), TestData.direct(fingerprint(block(1)).array()))) {
            assertThat(blocks.find(wanted)).hasValue(address);
            assertThat(wanted.position()).isZero();
        }
        assertThat(blocks.references(address)).isEqualTo(1);
        assertThat(blocks.find(fingerprint(block(2)))).isEmpty();
        int length = volume.fingerprintAlgorithm().lengthBytes();
        for (int wrong : new int[] {0, length - 1, length + 1}) {
            assertThatThrownBy(() -> blocks.find(ByteBuffer.allocate(wrong)))
                    .isInstanceOf(InvalidArgumentException.class);
        }
    }

    @Test
    void computesTheFingerprintOfItsAlgorithm() throws Exception {
        ByteBuffer block = ByteBuffer.wrap(block(1));
        byte[] fingerprint = blocks.fingerprint(block);
        assertThat(block.position()).isZero();
        assertThat(fingerprint).hasSize(volume.fingerprintAlgorithm().lengthBytes());
        assertThat(fingerprint).isNotEqualTo(blocks.fingerprint(ByteBuffer.wrap(block(2))));
        if (volume.fingerprintAlgorithm() == FingerprintAlgorithm.SHA_256) {
            assertThat(fingerprint)
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(block(1)));
        }
        assertThat(volume.statistics().uniqueBlocks()).isZero();
    }

    private ByteBuffer fingerprint(byte[] block) {
        return ByteBuffer.wrap(blocks.fingerprint(ByteBuffer.wrap(block)));
    }
}
