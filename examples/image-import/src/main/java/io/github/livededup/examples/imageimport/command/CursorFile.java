package io.github.livededup.examples.imageimport.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps where a verification is to go on, from one run of the program to the next. */
final class CursorFile {
    private final Path file;

    CursorFile(Path file) {
        this.file = file;
    }

    /** What is kept, if the last run did not come to the end. */
    Optional<String> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** Keeps where to go on; removes the file if there is nothing left to do. */
    void write(Optional<String> cursor) throws IOException {
        if (cursor.isEmpty()) {
            if (Files.isRegularFile(file)) { // a device, such as /dev/null, keeps nothing and stays
                Files.deleteIfExists(file);
            }
            return;
        }
        try (TargetFile target = TargetFile.open(file, true)) {
            ByteBuffer text = ByteBuffer.wrap((cursor.get() + "\n").getBytes(StandardCharsets.US_ASCII));
            while (text.hasRemaining()) {
                target.channel().write(text);
            }
            target.keep();
        }
    }
}
