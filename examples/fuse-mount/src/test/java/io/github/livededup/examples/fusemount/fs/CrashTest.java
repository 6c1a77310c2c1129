package io.github.livededup.examples.fusemount.fs;

import static io.github.livededup.examples.fusemount.fs.TestFiles.bytes;
import static io.github.livededup.examples.fusemount.fs.TestFiles.get;
import static io.github.livededup.examples.fusemount.fs.TestFiles.makeDirectory;
import static io.github.livededup.examples.fusemount.fs.TestFiles.names;
import static io.github.livededup.examples.fusemount.fs.TestFiles.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Durability;
import io.github.livededup.ImageInfo;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.crashkit.CrashKit;
import io.github.livededup.engine.crashkit.CrashSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Wherever the process is killed or the power cut, the names are those after some call, not before the last one that was made durable;
 * images and files belong together; and what was synced is there.
 */
class CrashTest {
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .durability(Durability.EXPLICIT)
            .build();

    private interface Step {
        void run(LiveFileSystem files) throws IOException;
    }

    private static final List<Step> STEPS = List.of(
            files -> makeDirectory(files, "/d"),
            files -> put(files, "/disk", "first"),
            files -> put(files, "/d/f", "second"),
            files -> files.syncDirectory(files.openDirectory("/")),
            files -> files.rename("/d/f", "/moved"),
            files -> files.rename("/disk", "/d/disk"),
            files -> files.changeMode("/d/disk", 0600),
            files -> put(files, "/disk", "third"),
            files -> files.rename("/moved", "/disk"),
            files -> files.link("/disk", "/d/link"),
            files -> files.unlink("/disk"),
            files -> files.xattrs().set("/d/link", "user.a", new byte[5000], 0),
            files -> files.makeSymlink("/s", "d/link", 0, 0),
            files -> files.unlink("/d/disk"),
            files -> files.syncDirectory(files.openDirectory("/")),
            files -> files.link("/d/link", "/back"),
            files -> files.removeDirectory("/e"),
            files -> files.unlink("/s"));

    /** As if the volume committed by itself just before an image is created or renamed: the record is there, the image not. */
    private static Volume committing(Volume volume) {
        return WatchedVolume.of(volume, (method, argument) -> {
            if (method.equals("rename") || method.equals("create")) {
                volume.commit();
            }
        });
    }

    private static void work(Volume volume, List<String> states) throws IOException {
        try (LiveFileSystem files = TestFiles.open(volume)) {
            for (Step step : STEPS) {
                step.run(files);
                states.add(names(files));
            }
        }
        volume.commit();
    }

    private static void prepare(Volume volume) throws IOException {
        try (LiveFileSystem files = TestFiles.open(volume)) {
            makeDirectory(files, "/e");
            put(files, "/kept", "kept");
        }
    }

    @Test
    void namesAreThoseAfterSomeCall() throws Exception {
        check("names", volume -> volume);
    }

    @Test
    void namesAreThoseAfterSomeCallAlsoWhenImagesAreYetToBeRenamed() throws Exception {
        check("renamed", CrashTest::committing);
    }

    private static void check(String name, UnaryOperator<Volume> wrapper) throws Exception {
        List<String> states = new ArrayList<>();
        CrashSummary summary = CrashKit.with(OPTIONS)
                .named(name)
                .replayedBy("mvn -pl examples/fuse-mount -am verify")
                .prepare(volume -> {
                    prepare(volume);
                    try (LiveFileSystem files = TestFiles.open(volume)) {
                        states.clear();
                        states.add(names(files));
                    }
                })
                .record(volume -> work(wrapper.apply(volume), states))
                .exhaustive(6)
                .samples(6)
                .forEachState((volume, state) -> {
                    try (LiveFileSystem files = TestFiles.open(volume)) {
                        assertThat(names(files)).isIn(states);
                        assertThat(get(files, "/kept")).isEqualTo("kept");
                        if (state.cut() == state.changes()) {
                            assertThat(names(files)).isEqualTo(states.get(states.size() - 1));
                            assertThat(get(files, "/back")).isEqualTo("second");
                        }
                        assertOneImageEach(volume, files);
                        // It works on.
                        put(files, "/new", "new");
                        files.rename("/new", "/kept");
                        assertThat(get(files, "/kept")).isEqualTo("new");
                    }
                });
        System.out.println(summary);
        assertThat(summary.distinct()).isGreaterThan(100);
    }

    private static void assertOneImageEach(Volume volume, LiveFileSystem files) throws IOException {
        List<String> images = volume.images().list().stream()
                .map(ImageInfo::name)
                .filter(name -> !name.equals(ImageNames.TREE))
                .toList();
        assertThat(images).hasSize(TestFiles.regularInodes(files).size());
    }

    @Test
    void whatWasSyncedIsThere() throws Exception {
        CrashSummary summary = CrashKit.with(OPTIONS)
                .named("synced")
                .replayedBy("mvn -pl examples/fuse-mount -am verify")
                .prepare(CrashTest::prepare)
                .record(volume -> {
                    LiveFileSystem files = TestFiles.open(volume);
                    makeDirectory(files, "/d");
                    long handle = files.create("/d/f", 0600, 0, 0);
                    files.write(handle, bytes("content"), 0);
                    files.sync(handle);
                    files.rename("/d/f", "/f");
                    files.syncDirectory(files.openDirectory("/"));
                    // Killed without being closed.
                })
                .exhaustive(6)
                .samples(6)
                .forEachState((volume, state) -> {
                    try (LiveFileSystem files = TestFiles.open(volume)) {
                        if (names(files).contains(", /f=")) {
                            assertThat(get(files, "/f")).isEqualTo("content");
                        }
                        if (state.cut() == state.changes()) {
                            assertThat(get(files, "/f")).isEqualTo("content");
                        }
                    }
                });
        assertThat(summary.distinct()).isGreaterThan(20);
    }
}
