package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.examples.serving.cli.AddressConverter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the server listens. */
final class ListenOptions {
    @Option(
            names = {"-U", "--unix"},
            paramLabel = "PATH",
            description = "Listen at this Unix socket; one left by a killed server is replaced.")
    @Nullable
    Path unixSocket;

    @Option(
            names = {"-p", "--tcp"},
            paramLabel = "[HOST:]PORT",
            converter = AddressConverter.class,
            description = "Listen at this TCP address; without HOST for this machine only. Port 0 is any free one.")
    @Nullable
    InetSocketAddress tcpAddress;
}
