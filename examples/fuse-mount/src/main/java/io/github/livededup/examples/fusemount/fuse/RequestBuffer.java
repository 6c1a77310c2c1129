package io.github.livededup.examples.fusemount.fuse;

import java.io.IOException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A thread's place for a request of the kernel's and its reply. */
final class RequestBuffer {
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    private final SessionLibrary library;
    private final Pointer session;
    private final Pointer channel;
    /** {@code struct fuse_chan **}. */
    private final Pointer channelCell;

    private final long requestBytes;
    private final Pointer request;
    private final Pointer reply;
    /** {@code struct iovec} of the reply. */
    private final Pointer replyPart;

    private final int addressBytes;
    private int length;

    RequestBuffer(SessionLibrary library, Runtime runtime, Pointer session) {
        this.library = library;
        this.session = session;
        addressBytes = runtime.addressSize();
        channel = library.fuseSessionNextChan(session, Pointer.wrap(runtime, 0));
        channelCell = Memory.allocateDirect(runtime, addressBytes);
        channelCell.putPointer(0, channel);
        requestBytes = library.fuseChanBufsize(channel);
        request = Memory.allocateDirect(runtime, Math.toIntExact(requestBytes));
        reply = Memory.allocateDirect(runtime, SeekCalls.REPLY_BYTES);
        replyPart = Memory.allocateDirect(runtime, 2 * addressBytes);
        replyPart.putPointer(0, reply);
    }

    /** Waits for a request; false once the file system is unmounted. */
    boolean receive() throws IOException {
        do {
            length = library.fuseChanRecv(channelCell, request, requestBytes);
        } while (length == -EINTR || length == -EAGAIN);
        if (length < 0) {
            throw new IOException("requests cannot be read: actual=error " + -length + " expected=a request");
        }
        return length > 0;
    }

    Pointer request() {
        return request;
    }

    Pointer reply() {
        return reply;
    }

    /** Has libfuse answer the request. */
    void process() {
        library.fuseSessionProcess(session, request, length, channel);
    }

    /** Sends the beginning of the reply. That nobody waits for it any more is no error. */
    void send(int replyBytes) {
        replyPart.putNativeLong(addressBytes, replyBytes);
        int unused = library.fuseChanSend(channel, replyPart, 1);
    }
}
