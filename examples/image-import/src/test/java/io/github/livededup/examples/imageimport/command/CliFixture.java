package io.github.livededup.examples.imageimport.command;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs command lines and keeps what they print. */
final class CliFixture {
    final FakeVolumes volumes = new FakeVolumes();
    private final Volumes source;
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();

    /** With volumes in memory. */
    CliFixture() {
        source = volumes;
    }

    /** With other volumes. */
    CliFixture(Volumes source) {
        this.source = source;
    }

    int run(Object... args) {
        outBytes.reset();
        errBytes.reset();
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        PrintStream out = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(errBytes, true, StandardCharsets.UTF_8);
        return new Cli(out, err, source, new Interruption()).run(texts);
    }

    String out() {
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return errBytes.toString(StandardCharsets.UTF_8);
    }
}
