package io.github.livededup.examples.imageimport.console;

import io.github.livededup.CorruptionException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedupException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What the user is told of an exception.
 *
 * @param exitCode what the program exits with
 * @param type the exception's simple class name
 * @param resource what it happened to, if known
 * @param message one line
 */
public record Failure(int exitCode, String type, @Nullable String resource, String message) {
    private static final String PROGRAM = "livededup: ";

    /**
     * Describes an exception.
     *
     * @param thrown the exception
     * @return what to tell
     */
    public static Failure of(Throwable thrown) {
        Throwable failure = unwrap(thrown);
        return new Failure(
                exitCodeOf(failure), failure.getClass().getSimpleName(), resourceOf(failure), messageOf(failure));
    }

    /**
     * The JSON form of the failure itself.
     *
     * @return type, resource and message
     */
    public Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("type", type);
        map.put("resource", resource);
        map.put("message", message);
        return map;
    }

    /**
     * Prints one line.
     *
     * @param err the error stream
     * @param json whether the line is a JSON object
     */
    public void print(PrintStream err, boolean json) {
        err.println(json ? Json.write(Map.of("error", toMap())) : PROGRAM + message);
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown.getCause();
        boolean wrapper = thrown instanceof UncheckedIOException || thrown instanceof ExecutionException;
        return wrapper && cause != null ? unwrap(cause) : thrown;
    }

    private static int exitCodeOf(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CorruptionException) {
                return ExitCode.DAMAGED;
            }
        }
        boolean usage = failure instanceof InvalidArgumentException || failure instanceof UsageException;
        return usage ? ExitCode.USAGE : ExitCode.FAILED;
    }

    private static @Nullable String resourceOf(Throwable failure) {
        if (failure instanceof LiveDedupException ours) {
            return ours.resource();
        }
        return failure instanceof FileSystemException theirs ? theirs.getFile() : null;
    }

    private static String messageOf(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getName();
        }
        if (failure instanceof NoSuchFileException) {
            return message + ": no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return message + ": permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return message + ": exists already";
        }
        boolean unexpected = failure instanceof RuntimeException
                && !(failure instanceof InvalidArgumentException)
                && !(failure instanceof UsageException);
        String text = message.strip().replaceAll("\\s*\\R\\s*", " ");
        return unexpected || failure instanceof Error ? failure.getClass().getName() + ": " + text : text;
    }
}
