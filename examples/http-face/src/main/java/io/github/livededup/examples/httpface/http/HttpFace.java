package io.github.livededup.examples.httpface.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.livededup.Volume;
import io.github.livededup.examples.serving.metrics.OperationMetrics;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A volume's images over HTTP, by the JDK's own server. */
public final class HttpFace implements Closeable {
    private static final Logger LOG = System.getLogger(HttpFace.class.getName());
    private static final String IMAGES = "/images/";
    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "DELETE");
    private static final String JSON = "application/json";

    private final Volume volume;
    private final ImageRequests requests;
    private final HttpServer server;
    private final ExecutorService threads;
    private final int threadCount;
    private final long stopSeconds;
    private final boolean isReadOnly;
    /** Held while requests are worked on; all are taken when no more may be. */
    private final Semaphore working;

    private final Map<String, OperationMetrics> metrics = new TreeMap<>();
    private volatile boolean stopping;

    /**
     * Binds.
     *
     * @param volume stays open until this is closed
     * @param isReadOnly whether it is open for reading only
     * @param address where to listen
     * @param threadCount requests worked on at once
     * @param stopSeconds the time they have when it is closed
     * @throws IOException if it cannot listen there, or the volume cannot be read
     */
    public HttpFace(Volume volume, boolean isReadOnly, InetSocketAddress address, int threadCount, long stopSeconds)
            throws IOException {
        this.volume = volume;
        this.isReadOnly = isReadOnly;
        this.threadCount = threadCount;
        this.stopSeconds = stopSeconds;
        requests = new ImageRequests(volume);
        working = new Semaphore(threadCount, true);
        for (String method : METHODS) {
            metrics.put(method, new OperationMetrics());
        }
        if (!isReadOnly) {
            requests.removeLeftovers();
        }
        AtomicInteger number = new AtomicInteger();
        threads =
                Executors.newFixedThreadPool(threadCount, task -> new Thread(task, "http-" + number.incrementAndGet()));
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /** Begins to serve. */
    public void start() {
        server.start();
    }

    /**
     * Where it listens.
     *
     * @return with the port
     */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /**
     * Figures by name.
     *
     * @return a new map of numbers and maps
     */
    public Map<String, Object> metrics() {
        Map<String, Object> all = new LinkedHashMap<>();
        metrics.forEach((method, figures) -> all.put(method.toLowerCase(Locale.ROOT), figures.toMap()));
        all.put("working", (long) (threadCount - working.availablePermits()));
        return all;
    }

    private void handle(HttpExchange exchange) {
        long start = System.nanoTime();
        long length = 0;
        boolean failed = true;
        boolean begun = !stopping && working.tryAcquire();
        try {
            if (begun) {
                length = answer(exchange);
                failed = false;
            } else {
                Answers.failure(exchange, new RefusedException(Status.UNAVAILABLE, "the server is stopping"));
            }
        } catch (IOException | RuntimeException e) {
            fail(exchange, e);
        } finally {
            exchange.close(); // a body that is not complete makes it break the connection
            if (begun) {
                working.release();
            }
            OperationMetrics figures = metrics.get(exchange.getRequestMethod());
            if (figures != null) {
                figures.record(length, System.nanoTime() - start, failed);
            }
        }
    }

    /** Nothing can be told any more if the answer has begun. */
    private static void fail(HttpExchange exchange, Exception failure) {
        String what =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
        boolean isOurs = Answers.statusOf(failure) == Status.INTERNAL_ERROR;
        LOG.log(isOurs ? Level.WARNING : Level.DEBUG, what + ": " + failure);
        if (exchange.getResponseCode() >= 0) {
            return;
        }
        try {
            Answers.failure(exchange, failure);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, what + ": the client is gone", e);
        }
    }

    private long answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath();
        if (path.startsWith(IMAGES) && path.length() > IMAGES.length()) {
            return answerImage(exchange, method, nameOf(path.substring(IMAGES.length())));
        }
        boolean isRead = method.equals("GET") || method.equals("HEAD");
        if (isRead && (path.equals("/images") || path.equals(IMAGES))) {
            Answers.text(exchange, Status.OK, JSON, Json.of(volume.images().list(), volume.blockSizeBytes()));
        } else if (isRead && path.equals("/statistics")) {
            Answers.text(exchange, Status.OK, JSON, Json.of(volume.statistics()));
        } else if (isRead) {
            throw new RefusedException(Status.NOT_FOUND, "there is /images, /images/NAME and /statistics");
        } else {
            throw new RefusedException(Status.METHOD_NOT_ALLOWED, "GET and HEAD only");
        }
        return 0;
    }

    private long answerImage(HttpExchange exchange, String method, String name) throws IOException {
        boolean isChange = method.equals("PUT") || method.equals("DELETE");
        if (isChange && isReadOnly) {
            throw new RefusedException(Status.FORBIDDEN, "the volume is open for reading only");
        }
        switch (method) {
            case "GET":
            case "HEAD":
                return requests.get(exchange, name, method.equals("GET"));
            case "PUT":
                return requests.put(exchange, name);
            case "DELETE":
                requests.delete(exchange, name);
                return 0;
            default:
                exchange.getResponseHeaders().set("Allow", String.join(", ", METHODS));
                throw new RefusedException(Status.METHOD_NOT_ALLOWED, String.join(", ", METHODS) + " only");
        }
    }

    /** A name is the rest of the path; the volume refuses one with a slash. */
    private static String nameOf(String part) throws RefusedException {
        try {
            // A byte a character first, for URLDecoder puts something else for bytes that are no UTF-8, and so makes
            // one name of many.
            byte[] bytes = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                    .getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new RefusedException(Status.BAD_REQUEST, "not percent-encoded UTF-8: " + part);
        }
    }

    /** Lets requests that are worked on go on for the time they have, refuses others, and closes. */
    @Override
    public synchronized void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        try {
            if (!working.tryAcquire(threadCount, stopSeconds, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "requests are cut off: {0}", threadCount - working.availablePermits());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.shutdownNow(); // what is left is interrupted, and fails
    }
}
