package io.github.livededup.engine.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Runs {@link FillChild}ren on one volume, and knows what they said: which images must be there, and which must not. */
final class FillModel {
    private static final int MAX_SECONDS = 60;

    private final Path directory;
    private final Set<Integer> have = new HashSet<>();
    private final Set<Integer> gone = new HashSet<>();
    private int next;
    int opened;
    int cutWhileOpening;
    int full;
    int memory;
    /** How children ended by themselves. */
    final List<String> refused = new ArrayList<>();

    FillModel(Path directory) {
        this.directory = directory;
    }

    /** When a child is killed. */
    interface Kill {
        /** Returns when it is time; told whenever the child says something, and nothing if it is to end by itself. */
        boolean now(String line) throws InterruptedException;
    }

    /** Runs a child with some JVM flags, until it ends or is killed. */
    void run(List<String> flags, int mostImages, int mostRefusals, Kill kill) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(FillChild.class.getName());
        command.addAll(List.of(directory.toString(), "" + next, "" + next, "" + mostImages, "" + mostRefusals));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        List<String> said = new ArrayList<>();
        boolean isOpening = false;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                isOpening = line.equals("OPENING") || isOpening && !line.equals("OPENED");
                hear(line);
                if (process.isAlive() && kill.now(line)) {
                    // Through the handle: Process itself would close the stream, and with it lose what was said last.
                    process.toHandle().destroyForcibly();
                }
            }
            assertThat(process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        cutWhileOpening += isOpening ? 1 : 0;
        assertThat(said).as("what the child said").noneMatch(line -> line.contains("FAILED"));
        // The number of an image that was begun is not given to another.
        next++;
    }

    private void hear(String line) {
        String[] words = line.split(" ");
        int number = words.length == 2 && words[1].matches("[0-9]+") ? Integer.parseInt(words[1]) : -1;
        switch (words[0]) {
            case "OPENED" -> opened++;
            case "HAVE" -> {
                have.add(number);
                next = Math.max(next, number + 1);
            }
            case "DROP" -> have.remove(number);
            case "REFUSED" -> refused.add(line);
            case "GONE" -> gone.add(number);
            case "FULL" -> {
                full++;
                next++;
            }
            case "MEMORY" -> {
                memory++;
                next++;
            }
            default -> {}
        }
    }

    /** Opens the volume and checks all of it; what was begun and never committed is deleted. */
    void check(String what) throws IOException {
        try (Volume volume = LiveDedup.open(directory, VolumeOptions.defaults())) {
            for (int number : check(volume, what)) {
                volume.images().delete(Integer.toString(number));
                gone.add(number);
            }
        }
    }

    /** As {@link #check(String)}, on a disk so full that opening for changes may be refused; false if it was. */
    boolean checkFull(String what) throws IOException {
        try {
            check(what);
            return true;
        } catch (VolumeFullException e) {
            VolumeOptions options = VolumeOptions.builder().readOnly(true).build();
            try (Volume volume = LiveDedup.open(directory, options)) {
                check(volume, what);
            }
            return false;
        }
    }

    /** Answers which images are there that were never committed. */
    private Set<Integer> check(Volume volume, String what) throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .as(what)
                .isEmpty();
        Set<Integer> there = new HashSet<>();
        for (var info : volume.images().list()) {
            there.add(Integer.valueOf(info.name()));
        }
        assertThat(there).as(what).containsAll(have).noneMatch(gone::contains);
        for (int number : have) {
            try (Image image = volume.images().openReadOnly(Integer.toString(number))) {
                assertThat(TestData.readAll(image)).as(what).isEqualTo(FillChild.content(number));
            }
        }
        there.forEach(number -> next = Math.max(next, number + 1));
        there.removeAll(have);
        return there;
    }

    int images() {
        return have.size();
    }

    @Override
    public String toString() {
        return refused.size() + " ended by themselves, opened " + opened + ", cut while opening " + cutWhileOpening
                + ", full " + full + " times, memory " + memory + " times, " + have.size() + " images";
    }
}
