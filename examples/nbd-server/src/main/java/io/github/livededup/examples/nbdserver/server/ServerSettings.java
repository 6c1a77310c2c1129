package io.github.livededup.examples.nbdserver.server;

import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a server does, and where.
 *
 * @param unixSocket the path to listen at, or null
 * @param tcpAddress the address to listen at, or null
 * @param tls whether clients may or must use TLS, on all sockets
 * @param exports how images are offered
 * @param limits what it bears
 */
public record ServerSettings(
        @Nullable Path unixSocket,
        @Nullable InetSocketAddress tcpAddress,
        TlsPolicy tls,
        ExportSettings exports,
        ServerLimits limits) {}
