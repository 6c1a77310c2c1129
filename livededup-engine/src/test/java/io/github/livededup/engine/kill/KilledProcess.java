package io.github.livededup.engine.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A child that was killed, and what it had said by then. */
final class KilledProcess {
    private static final int MAX_ACKNOWLEDGEMENTS = 120;
    private static final int MAX_SECONDS = 15;
    private static final int MAX_MORE_MILLIS = 30;
    private static final int MAX_START_MILLIS = 1_500;

    private final Map<Integer, Integer> tried = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> acknowledged = new ConcurrentHashMap<>();
    private final List<String> others = new ArrayList<>();
    private final Semaphore acknowledgements = new Semaphore(0);
    private long millis;

    private KilledProcess() {}

    /** Runs a main class with this JVM's flags for Chronicle Map, and kills it after a random time. */
    static KilledProcess run(Random random, Class<?> main, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.add("-Xmx256m");
        for (String flag :
                System.getProperty("livededup.test.jvmFlags", "").trim().split("\\s+")) {
            if (!flag.isEmpty()) {
                command.add(flag);
            }
        }
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        KilledProcess killed = new KilledProcess();
        long started = System.nanoTime();
        Process process = builder.start();
        try {
            Thread reader = new Thread(() -> killed.read(process));
            reader.start();
            // Now and then while it starts and recovers; else after some progress, however slow the machine is.
            if (random.nextInt(5) > 0) {
                killed.acknowledgements.tryAcquire(
                        1 + random.nextInt(MAX_ACKNOWLEDGEMENTS), MAX_SECONDS, TimeUnit.SECONDS);
                Thread.sleep(random.nextInt(MAX_MORE_MILLIS));
            } else {
                Thread.sleep(random.nextInt(MAX_START_MILLIS));
            }
            boolean wasAlive = process.isAlive();
            // Through the handle: Process itself would close the stream, and with it lose what the child said last.
            process.toHandle().destroyForcibly();
            process.waitFor();
            reader.join();
            killed.millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
            if (!wasAlive || !killed.others.isEmpty()) {
                throw new AssertionError("the child ended by itself: " + String.join("\n", killed.others));
            }
            return killed;
        } finally {
            process.destroyForcibly();
        }
    }

    /** The last operation of a thread up to which all is acknowledged, or -1. */
    int acknowledged(int thread) {
        return acknowledged.getOrDefault(thread, -1);
    }

    /** The last operation a thread began, or -1. */
    int tried(int thread) {
        return tried.getOrDefault(thread, -1);
    }

    private void read(Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException e) {
            others.add(e.toString());
        } finally {
            // Nobody waits for what will not come.
            acknowledgements.release(MAX_ACKNOWLEDGEMENTS);
        }
    }

    private void heard(String line) {
        String[] words = line.split(" ", -1);
        if (words.length == 3 && words[0].equals("TRY")) {
            tried.put(Integer.valueOf(words[1]), Integer.valueOf(words[2]));
        } else if (words.length == 3 && words[0].equals("ACK")) {
            acknowledged.put(Integer.valueOf(words[1]), Integer.valueOf(words[2]));
            acknowledgements.release();
        } else if (line.contains("FAILED") || !others.isEmpty() || line.contains("Exception")) {
            others.add(line);
        }
    }

    @Override
    public String toString() {
        return "killed after " + millis + " ms, tried " + tried + ", acknowledged " + acknowledged;
    }
}
