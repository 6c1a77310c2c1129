package io.github.livededup.examples.nbdserver.server;

import java.time.Duration;

/**
 * What keeps a server from being overrun.
 *
 * @param maxConnections clients at the same time; more are turned away
 * @param threads requests that are worked on at the same time
 * @param maxRequestsPerConnection requests of one client in flight
 * @param maxBytesPerConnection bytes of one client in flight
 * @param maxBytes bytes in flight in all, apart from a few of each client
 * @param handshakeTimeout the time a client has until it must have chosen an export
 * @param stallTimeout how long a client may hold up messages it has begun, or replies
 * @param crowdedStallTimeout the same for a client that has taken more than its share of the bytes, while others wait for some
 * @param stopTimeout the time that requests in flight have when the server stops
 */
public record ServerLimits(
        int maxConnections,
        int threads,
        int maxRequestsPerConnection,
        int maxBytesPerConnection,
        int maxBytes,
        Duration handshakeTimeout,
        Duration stallTimeout,
        Duration crowdedStallTimeout,
        Duration stopTimeout) {
    /** The limits of a server of which nothing special is wanted. */
    public static final ServerLimits DEFAULTS = new ServerLimits(
            256,
            Math.max(8, 2 * Runtime.getRuntime().availableProcessors()),
            64,
            64 << 20,
            256 << 20,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));
}
