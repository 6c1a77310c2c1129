package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CancellationToken;
import io.github.livededup.DeltaOptions;
import io.github.livededup.LiveDedup;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.SourceException;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Pipe;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transfers through channels that give and take nothing: cancelled, and interrupted. */
@Timeout(60)
class ChannelTransferTest extends EngineCase {
    private static final TransferOptions DEFAULTS = TransferOptions.defaults();

    /** A call with a channel. */
    @FunctionalInterface
    private interface Call {
        void run(ByteChannel channel) throws IOException;
    }

    private Volume create(int workers) throws IOException {
        return LiveDedup.create(
                directory, OPTIONS.toBuilder().workerThreads(workers).build());
    }

    /** Gives and takes nothing; cancels soon, and fails some time after. */
    private static final class Idle implements ByteChannel {
        private final CancellationToken token = new CancellationToken();
        private int calls;

        private int call() throws IOException {
            calls++;
            if (calls == 10) {
                token.cancel();
            }
            if (calls == 1_000_000) {
                throw new IOException("nobody asked the token");
            }
            return 0;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return call();
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return call();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void aChannelThatGivesOrTakesNothingIsCancelled() throws IOException {
        try (Volume volume = create(2)) {
            Idle source = new Idle();
            assertThatThrownBy(
                            () -> volume.images().importChannel(source, "a", DEFAULTS.withCancellation(source.token)))
                    .isInstanceOf(OperationCancelledException.class);
            createImage(volume, "b", TestData.random(3 * BLOCK, 1));
            Idle target = new Idle();
            assertThatThrownBy(
                            () -> volume.images().exportChannel("b", target, DEFAULTS.withCancellation(target.token)))
                    .isInstanceOf(OperationCancelledException.class);
            assertThat(names(volume)).containsExactly("b");
        }
    }

    /** Fails once the token is cancelled, as a channel does that is closed to end a wait. */
    @Test
    void aChannelThatIsClosedWhenItIsCancelledEndsAsCancelled() throws IOException {
        try (Volume volume = create(1)) {
            CancellationToken token = new CancellationToken();
            Waiting channel = new Waiting(null) {
                @Override
                public int read(ByteBuffer into) throws IOException {
                    token.cancel();
                    throw new IOException("closed");
                }
            };
            assertThatThrownBy(() -> volume.images().importChannel(channel, "a", DEFAULTS.withCancellation(token)))
                    .isInstanceOf(OperationCancelledException.class);
            assertThatThrownBy(() -> volume.images().importChannel(channel, "a", DEFAULTS))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("closed");
        }
    }

    /** Keeps whoever uses it waiting for a pipe, one thread excepted, for which it gives zeros and takes anything. */
    private static class Waiting implements ByteChannel {
        private final CountDownLatch waits = new CountDownLatch(1);
        private final Thread served;
        private final Pipe pipe;

        Waiting(Thread served) throws IOException {
            this.served = served;
            pipe = Pipe.open();
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (Thread.currentThread() == served) {
                return skip(into);
            }
            waits.countDown();
            return pipe.source().read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            if (Thread.currentThread() == served) {
                return skip(from);
            }
            waits.countDown();
            int written = 0;
            while (from.hasRemaining()) {
                written += pipe.sink().write(from.duplicate());
            }
            return written;
        }

        private static int skip(ByteBuffer buffer) {
            int length = buffer.remaining();
            buffer.position(buffer.limit());
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() throws IOException {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    /** Calls, interrupts the caller once somebody waits in the channel, and returns what the call threw. */
    private static Throwable interrupted(boolean isCallerServed, Call call) throws Exception {
        CompletableFuture<Waiting> made = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                Waiting channel = new Waiting(isCallerServed ? Thread.currentThread() : null);
                made.complete(channel);
                call.run(channel);
                thrown.complete(new AssertionError("the call returned"));
            } catch (Throwable e) {
                thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("not interrupted", e));
            }
        });
        caller.start();
        try (Waiting channel = made.get()) {
            assertThat(channel.waits.await(20, TimeUnit.SECONDS)).isTrue();
            caller.interrupt();
            return thrown.get(10, TimeUnit.SECONDS);
        } finally {
            caller.join();
        }
    }

    private static void assertInterrupted(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        OperationCancelledException.class,
                        e -> assertThat(e.isInterrupted()).isTrue());
    }

    @Test
    void anInterruptEndsTheCallersWait() throws Exception {
        try (Volume volume = create(1)) {
            createImage(volume, "a", TestData.random(1 << 20, 1));
            assertInterrupted(interrupted(false, channel -> volume.images().importChannel(channel, "b", DEFAULTS)));
            assertInterrupted(interrupted(false, channel -> volume.images().exportChannel("a", channel, DEFAULTS)));
            assertInterrupted(interrupted(false, channel -> volume.images().importDelta(null, "b", channel, DEFAULTS)));
            assertInterrupted(interrupted(
                    false, channel -> volume.images().exportDelta(null, "a", channel, DeltaOptions.defaults())));
            assertThat(names(volume)).containsExactly("a");
            assertClean(volume);
        }
    }

    @Test
    void anInterruptOfTheCallerEndsAHelpersWait() throws Exception {
        try (Volume volume = create(2)) {
            volume.images().create("a", 1L << 42).close();
            assertInterrupted(interrupted(true, channel -> volume.images().importChannel(channel, "b", DEFAULTS)));
            assertInterrupted(interrupted(true, channel -> volume.images().exportChannel("a", channel, DEFAULTS)));
            assertThat(names(volume)).containsExactly("a");
            // The helper is as good as before.
            createImage(volume, "c", TestData.random(3 << 20, 2));
            assertThat(readImage(volume, "c")).isEqualTo(TestData.random(3 << 20, 2));
            assertClean(volume);
        }
    }
}
