package io.github.livededup.engine.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Receiving that is cut short: by a crash, or because there is no room. */
class DeltaCutShortTest extends DeltaCase {
    /** Does something once half of the bytes were given. */
    private static final class HalfWay implements ReadableByteChannel {
        @FunctionalInterface
        interface Action {
            void run() throws IOException;
        }

        private final ByteBuffer bytes;
        private final Action action;
        private boolean done;

        HalfWay(byte[] bytes, Action action) {
            this.bytes = ByteBuffer.wrap(bytes);
            this.action = action;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (!done && bytes.position() > bytes.capacity() / 2) {
                done = true;
                action.run();
            }
            int count = Math.min(Math.min(5_000, bytes.remaining()), into.remaining());
            into.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count == 0 ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void nothingIsLeftAfterACrashUnderWay() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small());
        createImage(sender, "base", TestData.distinctBlocks(BLOCK, 1, 600));
        sender.images().clone("base", "image");
        write(sender, "image", 100L * BLOCK, TestData.random(400 * BLOCK, 9));
        byte[] base = read(sender, "base");
        receive(receiver, null, "base", send(sender, null, "base"));
        Path crashed = temporary.resolve("crashed");
        HalfWay channel = new HalfWay(send(sender, "base", "image"), () -> {
            receiver.commit();
            FileTree.copy(temporary.resolve("volume-1"), crashed);
        });
        receiver.images().importDelta("base", "image", channel, TransferOptions.defaults());
        assertThat(read(receiver, "image")).isEqualTo(read(sender, "image"));
        try (Volume volume = LiveDedup.open(crashed, small().build())) {
            assertThat(names(volume)).containsExactly("base");
            assertThat(read(volume, "base")).isEqualTo(base);
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(600);
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                    .isEmpty();
        }
        // What was received whole is durable.
        Path after = temporary.resolve("after");
        FileTree.copy(temporary.resolve("volume-1"), after);
        try (Volume volume = LiveDedup.open(after, small().build())) {
            assertThat(read(volume, "image")).isEqualTo(read(sender, "image"));
        }
    }

    @Test
    void nothingIsLeftIfThereIsNoRoom() throws IOException {
        Volume sender = create(small());
        Volume receiver = create(small().maxPhysicalBytes(48 << 20));
        createImage(sender, "image", TestData.random(56 << 20, 5));
        createImage(receiver, "before", TestData.distinctBlocks(BLOCK, 1, 20));
        byte[] stream = send(sender, null, "image");
        long before = receiver.statistics().uniqueBlocks();
        assertThatThrownBy(() -> receive(receiver, null, "image", stream)).isInstanceOf(VolumeFullException.class);
        assertThat(names(receiver)).containsExactly("before");
        assertThat(receiver.statistics().uniqueBlocks()).isEqualTo(before);
        createImage(sender, "small", TestData.distinctBlocks(BLOCK, 15, 20));
        receive(receiver, null, "small", send(sender, null, "small"));
        assertThat(read(receiver, "small")).isEqualTo(read(sender, "small"));
    }
}
