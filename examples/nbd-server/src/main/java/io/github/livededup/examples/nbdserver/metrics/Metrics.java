package io.github.livededup.examples.nbdserver.metrics;

import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.serving.metrics.OperationMetrics;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a server has done since it started. Every method may be called by any thread. */
public final class Metrics {
    private final long startedNanos = System.nanoTime();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder served = new LongAdder();
    private final LongAdder secure = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder stalled = new LongAdder();
    private final Map<Command, OperationMetrics> commands = new EnumMap<>(Command.class);

    /** Makes metrics of nothing. */
    public Metrics() {
        for (Command command : Command.values()) {
            if (command != Command.DISCONNECT) {
                commands.put(command, new OperationMetrics());
            }
        }
    }

    /** A client has connected. */
    public void connectionAccepted() {
        accepted.increment();
    }

    /** A client was turned away because there are too many. */
    public void connectionRefused() {
        refused.increment();
    }

    /**
     * A client has chosen an export.
     *
     * @param isSecure whether it speaks TLS
     */
    public void connectionServed(boolean isSecure) {
        served.increment();
        if (isSecure) {
            secure.increment();
        }
    }

    /** A client broke the protocol, or its connection failed. */
    public void connectionBroken() {
        broken.increment();
    }

    /** A client was cut off because it let the server wait too long. */
    public void connectionStalled() {
        stalled.increment();
    }

    /** An accepted client is gone. */
    public void connectionEnded() {
        ended.increment();
    }

    /**
     * A request was answered.
     *
     * @param command what it was
     * @param lengthBytes its length
     * @param nanos the time from when it was read until its reply was ready to send
     * @param failed whether the answer was an error
     */
    public void request(Command command, long lengthBytes, long nanos, boolean failed) {
        OperationMetrics metrics = commands.get(command);
        if (metrics != null) {
            metrics.record(lengthBytes, nanos, failed);
        }
    }

    /**
     * The figures by name.
     *
     * @return a new map of numbers and maps
     */
    public Map<String, Object> toMap() {
        Map<String, Object> connections = new LinkedHashMap<>();
        long gone = ended.sum(); // before what has come, so that the difference is never negative
        connections.put("open", accepted.sum() - gone);
        connections.put("accepted", accepted.sum());
        connections.put("served", served.sum());
        connections.put("tls", secure.sum());
        connections.put("refused", refused.sum());
        connections.put("broken", broken.sum());
        connections.put("stalled", stalled.sum());
        Map<String, Object> requests = new LinkedHashMap<>();
        commands.forEach((command, metrics) -> requests.put(command.name().toLowerCase(Locale.ROOT), metrics.toMap()));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("uptimeSeconds", (System.nanoTime() - startedNanos) / 1e9);
        all.put("connections", connections);
        all.put("requests", requests);
        return all;
    }
}
