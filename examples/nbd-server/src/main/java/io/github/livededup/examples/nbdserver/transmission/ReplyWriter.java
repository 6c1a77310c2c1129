package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sends the replies of a connection one after another, several small ones together. It has a thread of its own, so that a
 * client that does not take its replies holds up nobody else. Replies wait in memory; there are never more than were admitted.
 */
final class ReplyWriter implements Runnable {
    private static final Logger LOG = System.getLogger(ReplyWriter.class.getName());

    private final Wire wire;
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private boolean broken;

    ReplyWriter(Wire wire) {
        this.wire = wire;
    }

    /** Sends a reply later, and gives the ticket back then, or when it turns out that it cannot be sent. */
    void send(Reply reply, Admission.Ticket ticket) {
        queue.add(new Entry(reply, ticket));
    }

    /** The thread ends when everything before is sent. */
    void finish() {
        queue.add(new Entry(null, null));
    }

    @Override
    public void run() {
        try {
            while (sendOne(queue.take())) {
                // the next one
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the writer of replies", e);
        }
    }

    private boolean sendOne(Entry entry) {
        Reply reply = entry.reply;
        try {
            if (reply != null && !broken) {
                for (ByteBuffer part : reply.parts()) {
                    wire.output().put(part);
                }
            }
            if (queue.isEmpty() && !broken) {
                wire.output().flush();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client does not take its replies", e);
            giveUp();
        } catch (RuntimeException | Error e) {
            // No memory, for one. Without this thread the connection would wait for its replies for ever.
            LOG.log(Level.WARNING, "replies cannot be sent, the connection is given up", e);
            giveUp();
        } finally {
            if (entry.ticket != null) {
                entry.ticket.release();
            }
        }
        return reply != null;
    }

    private void giveUp() {
        broken = true;
        wire.close();
    }

    /** A reply, or the end. */
    private record Entry(@Nullable Reply reply, Admission.@Nullable Ticket ticket) {}
}
