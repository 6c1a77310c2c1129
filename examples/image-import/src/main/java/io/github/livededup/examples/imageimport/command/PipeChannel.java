package io.github.livededup.examples.imageimport.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A channel that remembers whether its reader went away, whatever its user makes of the exception. */
final class PipeChannel implements WritableByteChannel {
    private final WritableByteChannel channel;
    private volatile boolean broken;

    PipeChannel(WritableByteChannel channel) {
        this.channel = channel;
    }

    /** Whether a write failed because nobody reads any more. */
    boolean isBroken() {
        return broken;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        try {
            return channel.write(from);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            broken |= message.contains("Broken pipe") || message.contains("Connection reset");
            throw e;
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
