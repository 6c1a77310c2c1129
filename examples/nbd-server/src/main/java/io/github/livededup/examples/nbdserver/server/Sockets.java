package io.github.livededup.examples.nbdserver.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Opens the sockets of a server. */
final class Sockets {
    /** The part of a file's mode that says what it is, and what it is for a socket (stat(2)). */
    private static final int TYPE_MASK = 0170000;

    private static final int TYPE_SOCKET = 0140000;

    private Sockets() {}

    /** Listens at a path. A socket that a killed server has left there is replaced; one in use and anything else is not. */
    static ServerSocketChannel unix(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!isSocket(path) || isAnswering(path)) {
                throw new FileAlreadyExistsException(path.toString(), null, "in use, or no socket");
            }
            Files.delete(path);
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return channel.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Listens at an address; port 0 is any that is free. */
    static ServerSocketChannel tcp(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException(address.getHostString() + ": no such host");
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return channel.bind(address);
        } catch (IOException e) {
            channel.close();
            throw new IOException(address + ": " + e.getMessage(), e);
        }
    }

    /** Makes a client's socket send at once, and notice in the end when the other side has vanished. */
    static void prepare(SocketChannel client) throws IOException {
        if (client.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & TYPE_MASK) == TYPE_SOCKET;
    }

    private static boolean isAnswering(Path path) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
