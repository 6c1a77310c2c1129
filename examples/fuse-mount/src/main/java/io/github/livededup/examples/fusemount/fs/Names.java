package io.github.livededup.examples.fusemount.fs;

import java.nio.charset.StandardCharsets;

/** Texts as the kernel has them: bytes. */
final class Names {
    private static final int REPLACEMENT = 0xfffd;

    private Names() {}

    /** Refuses what decoding makes of bytes that are no UTF-8: they could not be told again. */
    static void requireUtf8(String text) throws ErrnoException {
        if (text.indexOf(REPLACEMENT) >= 0) {
            throw new ErrnoException(Errno.EILSEQ);
        }
    }

    static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
