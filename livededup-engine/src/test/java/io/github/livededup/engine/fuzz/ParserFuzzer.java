package io.github.livededup.engine.fuzz;

import com.sun.management.ThreadMXBean;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedupException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a coverage-guided fuzzer enters: Jazzer calls {@link #fuzzerTestOneInput} with bytes that it makes up (the Maven
 * profile {@code jazzer}; docs/RELIABILITY.md has the command). The parser is named by the system property {@code
 * livededup.fuzz.parser}.
 */
public final class ParserFuzzer {
    /** Of the processor: more is a hang. */
    private static final long MAX_NANOS = 8_000_000_000L;
    /** More is a huge allocation. */
    private static final long MAX_BYTES = 300L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private ParserFuzzer() {}

    /** Writes a seed of each parser into a folder of its own; argument: the folder above. */
    public static void main(String[] arguments) throws IOException {
        for (ParserTarget target : ParserTarget.values()) {
            Path folder = Files.createDirectories(Path.of(arguments[0], target.name()));
            Files.write(folder.resolve("seed"), target.seed());
        }
    }

    /** Called before the first input: what is made once, and what instrumentation costs, must not count. */
    public static void fuzzerInitialize() throws IOException {
        ParserTarget target = target();
        try {
            target.parse(target.seed());
        } catch (InvalidArgumentException refused) {
            // as the seed of the cursor is
        }
    }

    /** Feeds the parser that the property names; what it throws but for refusals is a finding. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        feed(target(), bytes);
    }

    private static ParserTarget target() {
        return ParserTarget.valueOf(System.getProperty("livededup.fuzz.parser", "JOURNAL_RECORDS"));
    }

    /** Feeds a parser; true if it took the bytes, false if it refused them as it may. */
    static boolean feed(ParserTarget target, byte[] bytes) {
        long before = THREADS.getCurrentThreadCpuTime();
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        boolean taken = false;
        try {
            target.parse(bytes);
            taken = true;
        } catch (LiveDedupException | InvalidArgumentException refused) {
            taken = false;
        } catch (IOException e) {
            throw new AssertionError("not a typed exception: " + e, e);
        }
        long nanos = THREADS.getCurrentThreadCpuTime() - before;
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
        if (nanos > MAX_NANOS || allocated > MAX_BYTES) {
            throw new AssertionError(nanos / 1_000_000 + " ms, " + (allocated >> 20) + " MiB");
        }
        return taken;
    }
}
