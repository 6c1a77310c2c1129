package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.PutBatch;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Interrupts: long operations stop, short ones go on, the status stays set and no channel of the volume is lost. */
class InterruptTest extends EngineCase {
    private final TransferOptions options = TransferOptions.defaults();
    private final byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 3_000);

    @AfterEach
    void clearStatus() {
        assertThat(Thread.interrupted()).as("left over from the test").isFalse();
    }

    private static void interrupt() {
        Thread.currentThread().interrupt();
    }

    private static void assertStillInterrupted() {
        assertThat(Thread.interrupted()).as("interrupt status").isTrue();
    }

    @Test
    void anInterruptedImportLeavesNothing() throws Exception {
        try (Volume volume = create()) {
            createImage(volume, "other", TestData.block(BLOCK, 9_000));
            Thread importing = Thread.currentThread();
            SlowChannel source = new SlowChannel(bytes).atHalf(importing::interrupt);
            source.release();
            assertCancelled(() -> volume.images().importChannel(source, "a", options));
            assertStillInterrupted();
            assertThat(names(volume)).containsExactly("other");
            volume.commit();
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
            assertUsable(volume);
            volume.images().importFile(Files.write(temporary.resolve("f"), bytes), "a", options);
            assertThat(readImage(volume, "a")).isEqualTo(bytes);
        }
    }

    @Test
    void anInterruptedThreadImportsNothing() throws IOException {
        Path file = Files.write(temporary.resolve("f"), bytes);
        try (Volume volume = create()) {
            interrupt();
            assertCancelled(() -> volume.images().importFile(file, "a", options));
            assertStillInterrupted();
            assertThat(names(volume)).isEmpty();
            assertUsable(volume);
        }
    }

    @Test
    void anInterruptedExportLeavesNothing() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", bytes);
            Path target = temporary.resolve("target");
            interrupt();
            assertCancelled(() -> volume.images().exportFile("a", target, options));
            assertStillInterrupted();
            assertThat(temporary.toFile().list()).containsExactly("volume");
            Thread exporting = Thread.currentThread();
            Sink sink = new Sink(exporting::interrupt);
            assertCancelled(() -> volume.images().exportChannel("a", sink, options));
            assertStillInterrupted();
            assertThat(sink.bytes).isLessThan(bytes.length);
            volume.images().exportFile("a", target, options);
            assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
        }
    }

    @Test
    void anInterruptedVerificationStops() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", bytes);
            interrupt();
            assertCancelled(() -> volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)));
            assertStillInterrupted();
            assertUsable(volume);
        }
    }

    private static void assertCancelled(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        OperationCancelledException.class,
                        thrown -> assertThat(thrown.isInterrupted()).isTrue());
    }

    @Test
    void shortOperationsGoOn() throws IOException {
        PutBatch batch = new PutBatch(4);
        byte[] four = TestData.distinctBlocks(BLOCK, 10_000, 4);
        interrupt();
        try (Volume volume = create()) {
            volume.blocks().putAll(ByteBuffer.wrap(four), batch);
            assertThat(volume.blocks().put(ByteBuffer.wrap(four, 0, BLOCK)).isNew())
                    .isFalse();
            volume.blocks().retain(batch.address(0));
            volume.blocks().release(batch.address(0));
            try (Image image = volume.images().create("a", bytes.length)) {
                image.write(ByteBuffer.wrap(bytes), 0);
                image.flush();
                image.discard(BLOCK, BLOCK);
                image.resize(10L * BLOCK);
            }
            volume.commit();
            volume.images().rename("a", "b");
            createImage(volume, "c", four);
            volume.images().delete("c");
            assertThat(volume.images().statistics("b").distinctBlocks()).isEqualTo(9);
        }
        try (Volume volume = open()) {
            ByteBuffer into = ByteBuffer.allocateDirect(4 * BLOCK);
            volume.blocks().getAll(batch.addresses(), 0, 4, into);
            assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(four));
            byte[] expected = Arrays.copyOf(bytes, 10 * BLOCK);
            Arrays.fill(expected, BLOCK, 2 * BLOCK, (byte) 0);
            assertThat(readImage(volume, "b")).isEqualTo(expected);
            assertThat(names(volume)).containsExactly("b");
            assertStillInterrupted();
            assertUsable(volume);
            interrupt();
        }
        assertStillInterrupted();
    }

    /** Swallows what it gets; does something at the first write. */
    private static final class Sink implements WritableByteChannel {
        private final Runnable atFirstWrite;
        private long bytes;

        Sink(Runnable atFirstWrite) {
            this.atFirstWrite = atFirstWrite;
        }

        @Override
        public int write(ByteBuffer from) {
            if (bytes == 0) {
                atFirstWrite.run();
            }
            int count = from.remaining();
            bytes += count;
            from.position(from.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
