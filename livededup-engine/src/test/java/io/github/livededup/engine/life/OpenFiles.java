package io.github.livededup.engine.life;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What this process holds of a folder and of the engine, as the operating system and the JVM tell. */
final class OpenFiles {
    private OpenFiles() {}

    /** Files below a folder that are open or mapped; empty where the system does not say. */
    static List<String> below(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        Path descriptors = Path.of("/proc/self/fd");
        if (Files.isDirectory(descriptors)) {
            try (Stream<Path> links = Files.list(descriptors)) {
                for (Path link : (Iterable<Path>) links::iterator) {
                    target(link)
                            .filter(name -> name.startsWith(folder.toString()))
                            .forEach(found::add);
                }
            }
            try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                maps.filter(line -> line.contains(folder.toString())).forEach(found::add);
            }
        }
        return found;
    }

    private static Stream<String> target(Path link) throws IOException {
        try {
            return Stream.of(Files.readSymbolicLink(link).toString());
        } catch (NoSuchFileException e) {
            // Closed in the meantime.
            return Stream.empty();
        }
    }

    /** Threads of the engine that still run. */
    static List<String> engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("livededup"))
                .filter(name -> !name.contains("warm-up"))
                .sorted()
                .toList();
    }
}
