package io.github.livededup.examples.httpface.http;

import com.sun.net.httpserver.HttpExchange;
import io.github.livededup.AlreadyExistsException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.SourceException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFullException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Short answers: texts, and what a failure comes to. */
final class Answers {
    private static final long NO_BODY = -1;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long MAX_DRAINED_BYTES = 16 << 20;

    private Answers() {}

    static void text(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        if (isHead) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
        }
        exchange.sendResponseHeaders(status, isHead ? NO_BODY : bytes.length);
        if (!isHead) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /**
     * One line, after what is left of a body that is not too long: many clients listen only when they have sent all of it, and a
     * connection that is closed before takes the answer with it.
     */
    static void failure(HttpExchange exchange, Exception failure) throws IOException {
        InputStream body = exchange.getRequestBody();
        byte[] buffer = new byte[BUFFER_BYTES];
        long drained = 0;
        int read = 0;
        while (read >= 0 && drained < MAX_DRAINED_BYTES) {
            read = body.read(buffer);
            drained += read;
        }
        if (failure instanceof RefusedException refusal && refusal.sizeBytes() != RefusedException.NO_SIZE) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + refusal.sizeBytes());
        }
        exchange.getResponseHeaders().set("Connection", "close");
        text(exchange, statusOf(failure), "text/plain; charset=utf-8", failure.getMessage() + "\n");
    }

    /** The code for a failure; 500 for damage, a failed volume and what nobody expected. */
    static int statusOf(Exception failure) {
        if (failure instanceof RefusedException refusal) {
            return refusal.status();
        }
        if (failure instanceof NotFoundException) {
            return Status.NOT_FOUND;
        }
        if (failure instanceof AlreadyExistsException) {
            return Status.CONFLICT;
        }
        if (failure instanceof ReadOnlyException) {
            return Status.FORBIDDEN;
        }
        if (failure instanceof InvalidArgumentException) {
            return Status.BAD_REQUEST;
        }
        if (failure instanceof VolumeFullException) {
            return Status.INSUFFICIENT_STORAGE;
        }
        if (failure instanceof SourceException && failure.getCause() instanceof RefusedException refusal) {
            return refusal.status(); // by the body that was imported
        }
        return failure instanceof VolumeClosedException ? Status.UNAVAILABLE : Status.INTERNAL_ERROR;
    }
}
