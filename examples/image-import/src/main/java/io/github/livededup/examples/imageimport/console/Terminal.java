package io.github.livededup.examples.imageimport.console;

import java.io.Console;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is known of the terminal, without native code and without touching its modes or the signal handlers. */
@SuppressWarnings("SystemConsoleNull") // null before JDK 22; what it means since is asked in isTerminal
final class Terminal {
    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 40;

    private Terminal() {}

    /** Whether standard input and output are a terminal. */
    static boolean isInteractive() {
        Console console = System.console();
        return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
    }

    /** Whether the terminal shows Unicode. */
    static boolean isUnicode() {
        Console console = System.console();
        return console != null && console.charset().equals(StandardCharsets.UTF_8);
    }

    /** The terminal's width, as {@code stty} tells, or 80. */
    static int columns() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            stty.waitFor(1, TimeUnit.SECONDS);
            return parseColumns(size);
        } catch (IOException e) {
            return DEFAULT_COLUMNS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DEFAULT_COLUMNS;
        }
    }

    /** Reads "rows columns". */
    static int parseColumns(String size) {
        int blank = size.indexOf(' ');
        try {
            int columns = blank < 0 ? 0 : Integer.parseInt(size.substring(blank + 1));
            return columns <= 0 ? DEFAULT_COLUMNS : Math.max(MIN_COLUMNS, columns);
        } catch (NumberFormatException e) {
            return DEFAULT_COLUMNS;
        }
    }

    /** From JDK 22 a console may exist without a terminal, and tells; before, a console is a terminal. */
    private static boolean isTerminal(Console console) {
        Object answer = callIsTerminal(console);
        return answer == null || Boolean.TRUE.equals(answer);
    }

    private static @Nullable Object callIsTerminal(Console console) {
        try {
            return Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
