package io.github.livededup.examples.imageimport.console;

import java.io.PrintStream;

/**
 * Where results go: text lines or one JSON object on the standard output. Progress and errors go to the error stream.
 *
 * @param out the standard output
 * @param err the error stream
 * @param json whether results are printed as JSON, and nothing else
 * @param quiet whether text results and progress are left out
 */
public record Output(PrintStream out, PrintStream err, boolean json, boolean quiet) {
    /**
     * Prints the result of a command in the form asked for.
     *
     * @param text the lines for people
     * @param value the maps and lists for programs
     */
    public void result(Iterable<String> text, Object value) {
        if (json) {
            out.println(Json.write(value));
        } else {
            text.forEach(this::line);
        }
    }

    /**
     * Prints a line for people.
     *
     * @param text the line
     */
    public void line(String text) {
        if (!json && !quiet) {
            out.println(text);
        }
    }

    /**
     * Prints a remark for people on the error stream.
     *
     * @param text the line
     */
    public void note(String text) {
        if (!json && !quiet) {
            err.println(text);
        }
    }
}
