package io.github.livededup.examples.imageimport.command;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Takes everything and keeps nothing. */
final class NullChannel implements WritableByteChannel {
    private boolean open = true;

    @Override
    public int write(ByteBuffer from) {
        int length = from.remaining();
        from.position(from.limit());
        return length;
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
