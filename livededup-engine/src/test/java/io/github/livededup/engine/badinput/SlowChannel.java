package io.github.livededup.engine.badinput;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A source that gives half of its bytes, then waits to be released, then gives the rest or fails. For tests that need an
 * import to be under way.
 */
public final class SlowChannel implements ReadableByteChannel {
    private final ByteBuffer bytes;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile Runnable atHalf = () -> {};
    private volatile IOException failure;
    private boolean open = true;

    /** A source of these bytes. */
    public SlowChannel(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /** What to do when half of the bytes were given, in the reading thread. */
    public SlowChannel atHalf(Runnable action) {
        atHalf = action;
        return this;
    }

    /** Fails after half of the bytes. */
    public void failWith(IOException toThrow) {
        failure = toThrow;
    }

    /** Waits until half of the bytes were given and more are asked for. */
    public void awaitReader() throws InterruptedException {
        if (!reached.await(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody reads");
        }
    }

    /** Lets the reader go on. */
    public void release() {
        released.countDown();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int half = bytes.capacity() / 2;
        if (bytes.position() >= half && reached.getCount() > 0) {
            reached.countDown();
            atHalf.run();
            awaitRelease();
            if (failure != null) {
                throw failure;
            }
        }
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int end = bytes.position() < half ? half : bytes.capacity();
        int count = Math.min(into.remaining(), end - bytes.position());
        into.put(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        return count;
    }

    /** Waits whatever interrupts there are: the operation itself has to notice those. */
    private void awaitRelease() {
        boolean interrupted = false;
        while (true) {
            try {
                if (!released.await(120, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("never released");
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
