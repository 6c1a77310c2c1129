package io.github.livededup.examples.httpface.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of an image that a request is about.
 *
 * @param start the first
 * @param length how many
 */
record ByteRange(long start, long length) {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(?:\\*|\\d{1,18})");

    /** What {@code Range} asks for; all if there is none, or one that a server may pass over, such as several ranges. */
    static ByteRange ofRange(@Nullable String header, long size) throws RefusedException {
        Matcher matcher = RANGE.matcher(header == null ? "" : header.strip());
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return new ByteRange(0, size);
        }
        if (matcher.group(1).isEmpty()) {
            long length = Math.min(Long.parseLong(matcher.group(2)), size);
            requireInside(length > 0, size);
            return new ByteRange(size - length, length);
        }
        long start = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
        if (!matcher.group(2).isEmpty() && last < start) {
            return new ByteRange(0, size); // makes no sense, and is to be passed over
        }
        requireInside(start < size, size);
        return new ByteRange(start, Math.min(last, size - 1) - start + 1);
    }

    /** Where {@code Content-Range} says a body goes. */
    static ByteRange ofContentRange(String header, long bodyLength, long size) throws RefusedException {
        Matcher matcher = CONTENT_RANGE.matcher(header.strip());
        if (!matcher.matches()) {
            throw new RefusedException(Status.BAD_REQUEST, "Content-Range: actual=" + header + " expected=bytes A-B/*");
        }
        long start = Long.parseLong(matcher.group(1));
        long length = Long.parseLong(matcher.group(2)) - start + 1;
        if (length < 1 || length != bodyLength) {
            throw new RefusedException(
                    Status.BAD_REQUEST, "Content-Length: actual=" + bodyLength + " expected=" + length);
        }
        requireInside(start + length <= size, size);
        return new ByteRange(start, length);
    }

    private static void requireInside(boolean isInside, long size) throws RefusedException {
        if (!isInside) {
            throw new RefusedException(Status.RANGE_NOT_SATISFIABLE, "range: expected=within " + size + " bytes", size);
        }
    }

    /** As a {@code Content-Range} says it. */
    String toHeader(long size) {
        return "bytes " + start + "-" + (start + length - 1) + "/" + size;
    }
}
