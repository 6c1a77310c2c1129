package io.github.livededup.engine.nio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came of an operation, told so that two providers' can be compared: a value, or an exception's class. */
final class Outcome {
    private Outcome() {}

    /** Something to do; what it returns is compared. */
    @FunctionalInterface
    interface Operation {
        Object run(Path directory) throws Exception;
    }

    static String of(@Nullable Path directory, Operation operation) {
        try {
            return told(directory, operation.run(directory));
        } catch (UncheckedIOException e) {
            return "unchecked " + e.getCause().getClass().getName();
        } catch (Exception e) {
            return "threw " + named(e.getClass());
        }
    }

    /**
     * The nearest class that the JDK's contracts name. A subtype of our own counts as its parent, and a failure that no
     * contract names is only an {@link java.io.IOException}, whoever throws it.
     */
    private static String named(Class<?> type) {
        Class<?> named = type;
        while (!named.getName().startsWith("java.")) {
            named = named.getSuperclass();
        }
        return named == FileSystemException.class ? IOException.class.getName() : named.getName();
    }

    /** A value as text; paths relative to the directory. */
    static String told(@Nullable Path directory, Object value) {
        if (value instanceof byte[] bytes) {
            return bytes.length + " bytes " + Arrays.hashCode(bytes);
        }
        if (value instanceof Path path) {
            return directory != null && path.isAbsolute() && path.startsWith(directory)
                    ? "…/" + directory.relativize(path)
                    : path.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, each) -> sorted.put(told(directory, key), told(directory, each)));
            return sorted.toString();
        }
        if (value instanceof Collection<?> values) {
            return values.stream().map(each -> told(directory, each)).toList().toString();
        }
        return String.valueOf(value);
    }
}
