package io.github.livededup.examples.nbdserver.transmission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.livededup.examples.nbdserver.transport.Transport;
import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies on their way out, and what becomes of them when there is no way. */
class ReplyWriterTest {
    private static final int REPLY_BYTES = 100_000;

    private final Budget allBytes = new Budget(1 << 20);
    private final Admission admission = new Admission(16, 1 << 20, allBytes);

    /** A connection whose other side takes nothing. */
    private static final class BrokenTransport implements Transport {
        private final Throwable failure;
        private final AtomicBoolean closed = new AtomicBoolean();

        BrokenTransport(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public int read(ByteBuffer into) {
            return -1;
        }

        @Override
        public void write(ByteBuffer from) throws IOException {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            throw new IOException(failure);
        }

        @Override
        public void shutdownInput() {}

        @Override
        public void finish() {}

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private void sendTo(Transport transport) {
        ReplyWriter writer = new ReplyWriter(new Wire(transport));
        for (int i = 0; i < 3; i++) {
            writer.send(new Reply(List.of(ByteBuffer.allocate(REPLY_BYTES)), false), admission.admit(REPLY_BYTES));
        }
        writer.finish();
        assertThat(allBytes.bytesInFlight()).isEqualTo(3 * REPLY_BYTES);
        assertThatCode(writer::run).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(classes = {IOException.class, IllegalStateException.class, OutOfMemoryError.class})
    void whateverFailsTheConnectionIsClosedAndNothingStaysInFlight(Class<? extends Throwable> failure)
            throws ReflectiveOperationException {
        BrokenTransport transport =
                new BrokenTransport(failure.getConstructor(String.class).newInstance("for the test"));

        sendTo(transport);

        assertThat(transport.closed).isTrue();
        assertThat(allBytes.bytesInFlight()).isZero();
        admission.awaitIdle();
    }
}
