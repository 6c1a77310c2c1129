package io.github.livededup.engine.nio;

import java.nio.file.PathMatcher;
import java.util.Locale;
import java.util.regex.Pattern;

/** Matchers of paths, by glob or regular expression. */
final class PathMatchers {
    private PathMatchers() {}

    /**
     * As {@link java.nio.file.FileSystem#getPathMatcher} says.
     *
     * @param syntaxAndPattern "glob:" or "regex:", in any case, and a pattern
     * @return the matcher
     */
    static PathMatcher of(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("pattern: actual=" + syntaxAndPattern + " expected=syntax:pattern");
        }
        String syntax = syntaxAndPattern.substring(0, colon).toLowerCase(Locale.ROOT);
        String text = syntaxAndPattern.substring(colon + 1);
        Pattern pattern;
        switch (syntax) {
            case "glob" -> pattern = Pattern.compile(GlobTranslator.toRegex(text));
            case "regex" -> pattern = Pattern.compile(text);
            default -> throw new UnsupportedOperationException("syntax: actual=" + syntax + " expected=glob or regex");
        }
        return path -> pattern.matcher(path.toString()).matches();
    }
}
