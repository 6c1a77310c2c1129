package io.github.livededup.engine.nio;

import java.util.regex.PatternSyntaxException;

/** Turns a glob, as {@link java.nio.file.FileSystem#getPathMatcher} describes it, into a regular expression. */
final class GlobTranslator {
    private static final String REGEX_META = ".^$+{[]|()\\*?}";
    private static final char END = '\0';

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private boolean inGroup;

    private GlobTranslator(String glob) {
        this.glob = glob;
    }

    /**
     * Translates.
     *
     * @param glob the glob
     * @return a regular expression for whole paths
     * @throws PatternSyntaxException if the glob is not one
     */
    static String toRegex(String glob) {
        return new GlobTranslator(glob).translate();
    }

    private String translate() {
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            switch (c) {
                case '\\' -> escaped();
                case '[' -> bracket();
                case '{' -> openGroup();
                case '}' -> closeGroup();
                case ',' -> regex.append(inGroup ? ")|(?:" : ",");
                case '*' -> star();
                case '?' -> regex.append("[^/]");
                default -> literal(c);
            }
        }
        if (inGroup) {
            throw malformed("Missing '}'", at - 1);
        }
        return regex.toString();
    }

    private void escaped() {
        if (at == glob.length()) {
            throw malformed("No character to escape", at - 1);
        }
        literal(glob.charAt(at++));
    }

    private void literal(char c) {
        if (REGEX_META.indexOf(c) >= 0) {
            regex.append('\\');
        }
        regex.append(c);
    }

    private void star() {
        if (peek() == '*') {
            at++;
            regex.append(".*");
        } else {
            regex.append("[^/]*");
        }
    }

    private void openGroup() {
        if (inGroup) {
            throw malformed("Cannot nest groups", at - 1);
        }
        inGroup = true;
        regex.append("(?:(?:");
    }

    private void closeGroup() {
        regex.append(inGroup ? "))" : "\\}");
        inGroup = false;
    }

    /** One character of a name out of a set; the separator is in none. */
    private void bracket() {
        regex.append("[[^/]&&[");
        if (peek() == '^') {
            at++;
            regex.append("\\^");
        } else {
            if (peek() == '!') {
                at++;
                regex.append('^');
            }
            if (peek() == '-') {
                at++;
                regex.append("\\-");
            }
        }
        char last = END;
        while (peek() != ']') {
            char c = bracketCharacter();
            if (c == '/') {
                throw malformed("Explicit 'name separator' in class", at - 1);
            }
            if (c == '-' && last != END && peek() != ']') {
                char to = bracketCharacter();
                if (to < last) {
                    throw malformed("Invalid range", at - 2);
                }
                regex.append('-');
                member(to);
                last = END;
            } else if (c == '-' && last == END) {
                throw malformed("Invalid range", at - 1);
            } else {
                member(c);
                last = c;
            }
        }
        at++;
        regex.append("]]");
    }

    private char bracketCharacter() {
        if (at == glob.length()) {
            throw malformed("Missing ']'", at - 1);
        }
        return glob.charAt(at++);
    }

    private void member(char c) {
        if (c == '\\' || c == '[' || c == ']' || c == '&' || c == '^' || c == '-') {
            regex.append('\\');
        }
        regex.append(c);
    }

    private char peek() {
        return at < glob.length() ? glob.charAt(at) : END;
    }

    private PatternSyntaxException malformed(String what, int index) {
        return new PatternSyntaxException(what, glob, index);
    }
}
