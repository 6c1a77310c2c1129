package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.examples.nbdserver.protocol.Limits;
import io.github.livededup.examples.nbdserver.server.ServerLimits;
import io.github.livededup.examples.serving.cli.SizeConverter;
import io.github.livededup.examples.serving.cli.UsageException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the server bears. */
final class LimitOptions {
    private static final int MAX_THREADS = 1024;
    private static final int MAX_CONNECTIONS = 65536;
    private static final int MAX_REQUESTS = 65536;
    private static final int HEAP_SHARE = 4;
    private static final int CROWDED_SHARE = 6;

    @Option(names = "--max-connections", paramLabel = "N", description = "Clients at the same time; default 256.")
    int maxConnections = ServerLimits.DEFAULTS.maxConnections();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Requests worked on at the same time; default twice the processors, at least 8.")
    int threads = ServerLimits.DEFAULTS.threads();

    @Option(names = "--client-requests", paramLabel = "N", description = "Requests of a client in flight; default 64.")
    int clientRequests = ServerLimits.DEFAULTS.maxRequestsPerConnection();

    @Option(
            names = "--client-bytes",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Bytes of a client in flight, at least 32M; default 64M, or all that there are.")
    @Nullable
    Long clientBytes;

    @Option(
            names = "--all-bytes",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "Bytes in flight in all, and 128K of each client, at least 32M; default a quarter of the heap,"
                            + " 256M at most.")
    @Nullable
    Long allBytes;

    @Option(
            names = "--handshake-timeout",
            paramLabel = "SECONDS",
            description = "The time a client has to choose an export; default 30.")
    int handshakeSeconds = (int) ServerLimits.DEFAULTS.handshakeTimeout().toSeconds();

    @Option(
            names = "--stall-timeout",
            paramLabel = "SECONDS",
            description =
                    "How long a client may hold up messages or replies, and a sixth of it one that holds more than"
                            + " its share of the bytes while others wait for some; default 60.")
    int stallSeconds = (int) ServerLimits.DEFAULTS.stallTimeout().toSeconds();

    @Option(
            names = "--stop-timeout",
            paramLabel = "SECONDS",
            description = "The time that requests in flight have when the server stops; default 30.")
    int stopSeconds = (int) ServerLimits.DEFAULTS.stopTimeout().toSeconds();

    ServerLimits toLimits() {
        require("--max-connections", maxConnections, MAX_CONNECTIONS);
        require("--threads", threads, MAX_THREADS);
        require("--client-requests", clientRequests, MAX_REQUESTS);
        require("--handshake-timeout", handshakeSeconds, Integer.MAX_VALUE);
        require("--stall-timeout", stallSeconds, Integer.MAX_VALUE);
        require("--stop-timeout", stopSeconds, Integer.MAX_VALUE);
        int all = bytes("--all-bytes", allBytes, defaultAllBytes());
        int client = bytes("--client-bytes", clientBytes, Math.min(all, ServerLimits.DEFAULTS.maxBytesPerConnection()));
        return new ServerLimits(
                maxConnections,
                threads,
                clientRequests,
                client,
                all,
                Duration.ofSeconds(handshakeSeconds),
                Duration.ofSeconds(stallSeconds),
                Duration.ofSeconds(stallSeconds).dividedBy(CROWDED_SHARE),
                Duration.ofSeconds(stopSeconds));
    }

    private static int defaultAllBytes() {
        long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        return (int) Math.min(ServerLimits.DEFAULTS.maxBytes(), Math.max(share, Limits.MAX_PAYLOAD_BYTES));
    }

    private static int bytes(String option, @Nullable Long given, int otherwise) {
        if (given == null) {
            return otherwise;
        }
        if (given < Limits.MAX_PAYLOAD_BYTES || given > Integer.MAX_VALUE) {
            throw new UsageException(option + ": actual=" + given + " expected=32M..2047M");
        }
        return given.intValue();
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new UsageException(option + ": actual=" + value + " expected=1.." + max);
        }
    }
}
