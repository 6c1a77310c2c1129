package io.github.livededup.examples.httpface.http;

import com.sun.net.httpserver.HttpExchange;
import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.NotFoundException;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.UUID;

/** What may be done with one image. Each method answers; what it throws before it has begun to do so is answered elsewhere. */
final class ImageRequests {
    /** Under which a body is imported before it takes its name. */
    private static final String TEMPORARY = ".~http-";

    private static final int BUFFER_BYTES = 1 << 20;
    private static final long NO_BODY = -1;

    private final Volume volume;
    private final ImageStore images;

    ImageRequests(Volume volume) {
        this.volume = volume;
        images = volume.images();
    }

    /** Deletes what uploads left that were cut off by a crash. */
    void removeLeftovers() throws IOException {
        for (var image : images.list()) {
            if (image.name().startsWith(TEMPORARY)) {
                images.delete(image.name());
            }
        }
    }

    /** GET and HEAD, of all or of one range. */
    long get(HttpExchange exchange, String name, boolean wantsBody) throws IOException {
        try (Image image = images.openReadOnly(name)) {
            long size = image.sizeBytes();
            String header = exchange.getRequestHeaders().getFirst("Range");
            ByteRange range = ByteRange.ofRange(wantsBody ? header : null, size);
            exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            boolean isPart = range.length() < size;
            if (isPart) {
                exchange.getResponseHeaders().set("Content-Range", range.toHeader(size));
            }
            if (!wantsBody) {
                exchange.getResponseHeaders().set("Content-Length", Long.toString(size));
            }
            boolean isEmpty = !wantsBody || range.length() == 0;
            exchange.sendResponseHeaders(
                    isPart ? Status.PARTIAL_CONTENT : Status.OK, isEmpty ? NO_BODY : range.length());
            if (!isEmpty) {
                send(image, range, exchange.getResponseBody());
            }
            return isEmpty ? 0 : range.length();
        }
    }

    private static void send(Image image, ByteRange range, OutputStream to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, range.length()));
        long position = range.start();
        long end = position + range.length();
        while (position < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
            int read = image.read(buffer, position);
            if (read <= 0) {
                throw new IOException("the image became shorter while it was sent");
            }
            to.write(buffer.array(), 0, read);
            position += read;
        }
    }

    /** PUT: the whole image, which is seen whole or not at all, or a range of one that is there. */
    long put(HttpExchange exchange, String name) throws IOException {
        if (name.startsWith(TEMPORARY)) {
            throw new RefusedException(Status.FORBIDDEN, "names that begin with " + TEMPORARY + " are taken");
        }
        long length = bodyLength(exchange);
        BodyChannel body = new BodyChannel(exchange.getRequestBody(), length);
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        if (range != null) {
            putRange(name, range, length, body);
            exchange.sendResponseHeaders(Status.NO_CONTENT, NO_BODY);
        } else {
            exchange.sendResponseHeaders(putWhole(name, body) ? Status.NO_CONTENT : Status.CREATED, NO_BODY);
        }
        return length;
    }

    private static long bodyLength(HttpExchange exchange) throws RefusedException {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        try {
            return Long.parseLong(length == null ? "" : length.strip());
        } catch (NumberFormatException e) {
            throw new RefusedException(
                    Status.LENGTH_REQUIRED, "Content-Length: actual=" + length + " expected=a number");
        }
    }

    /** True if it replaced another. */
    private boolean putWhole(String name, BodyChannel body) throws IOException {
        checkReplaceable(name); // before all is read
        String temporary = TEMPORARY + UUID.randomUUID();
        images.importChannel(body, temporary, TransferOptions.defaults());
        boolean replaces;
        try {
            replaces = checkReplaceable(name); // again, for there may be a snapshot meanwhile
            images.replace(temporary, name);
        } catch (IOException | RuntimeException e) {
            removeAfter(e, temporary);
            throw e;
        }
        volume.commit();
        return replaces;
    }

    /** A replacing that failed for lack of room may have been done for all that: then nothing has the temporary name any more. */
    private void removeAfter(Exception failure, String temporary) {
        try {
            images.delete(temporary);
        } catch (NotFoundException e) {
            // nothing is left over
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** True if there is such an image, false if the name is free; a snapshot is refused, and a name that is none. */
    private boolean checkReplaceable(String name) throws IOException {
        try {
            if (images.info(name).isSnapshot()) {
                throw new RefusedException(Status.FORBIDDEN, name + " is a snapshot");
            }
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private void putRange(String name, String header, long length, BodyChannel body) throws IOException {
        try (Image image = images.open(name)) {
            ByteRange range = ByteRange.ofContentRange(header, length, image.sizeBytes());
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            long position = range.start();
            while (true) {
                buffer.clear();
                while (buffer.hasRemaining() && body.read(buffer) >= 0) {
                    // until it is full, or that was all
                }
                if (buffer.flip().limit() == 0) {
                    break;
                }
                int part = buffer.limit();
                image.write(buffer, position);
                position += part;
            }
            image.flush();
        }
    }

    /** DELETE. */
    void delete(HttpExchange exchange, String name) throws IOException {
        images.delete(name);
        volume.commit();
        exchange.sendResponseHeaders(Status.NO_CONTENT, NO_BODY);
    }
}
