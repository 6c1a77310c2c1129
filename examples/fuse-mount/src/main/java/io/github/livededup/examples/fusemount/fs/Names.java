package io.github.livededup.examples.fusemount.fs;

import java.nio.charset.StandardCharsets;

/** Lengths of texts as the kernel counts them. */
final class Names {
    private Names() {}

    static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
