package io.github.livededup.examples.fusemount.fs;

import static io.github.livededup.examples.fusemount.fs.TestFiles.bytes;
import static io.github.livededup.examples.fusemount.fs.TestFiles.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An error of the JVM right after an image has changed its size: what is written next is where it should be. Not a lack of memory, which ends
 * JUnit should it come through.
 */
class FailedGrowthTest {
    @TempDir
    Path directory;

    /** Methods of images that fail when they are done, each once. */
    private final Set<String> failing = new HashSet<>();

    /** Methods that fail before anything is done, each once. */
    private final Set<String> refused = new HashSet<>();

    private Volume volume;
    private LiveFileSystem files;
    private long handle;

    @BeforeEach
    void open() throws IOException {
        volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults());
        files = TestFiles.open(WatchedVolume.ofImages(volume, this::call));
        handle = files.create("/f", 0644, 0, 0);
        files.write(handle, bytes("one"), 0);
    }

    @AfterEach
    void close() throws IOException {
        failing.clear();
        refused.clear();
        files.close();
        volume.close();
    }

    private Object call(Image image, Method method, Object[] arguments) throws Throwable {
        if (refused.remove(method.getName())) {
            throw new InternalError("a test's");
        }
        Object result = WatchedVolume.call(image, method, arguments);
        if (failing.remove(method.getName())) {
            throw new InternalError("a test's");
        }
        return result;
    }

    private void assertFails(int offset) {
        assertThatThrownBy(() -> files.write(handle, bytes("failed"), offset)).isInstanceOf(InternalError.class);
        assertThat(failing).isEmpty();
    }

    @Test
    void anAppendThatFailsLeavesNothing() throws Exception {
        failing.add("append");
        assertFails(3);
        assertThat(files.status(handle).sizeBytes()).isEqualTo(3);
        files.write(handle, bytes("two"), 3);
        assertThat(get(files, handle)).isEqualTo("onetwo");
        assertTheImageIsTheFile();
    }

    @Test
    void aWriteBehindTheEndThatFailsLeavesNothing() throws Exception {
        failing.add("write");
        assertFails(5);
        files.truncate(handle, 6);
        assertThat(get(files, handle)).isEqualTo("one\0\0\0");
        assertTheImageIsTheFile();
    }

    /** Nor can what it left be cut off at once. */
    @Test
    void whatAFailedAppendLeftIsNoPartOfWhatComesNext() throws Exception {
        failing.add("append");
        refused.add("resize");
        assertFails(3);
        files.write(handle, bytes("x"), 4);
        assertThat(get(files, handle)).isEqualTo("one\0x");
        assertTheImageIsTheFile();
    }

    @Test
    void aFileWhoseSizeWasSetBeforeTheFailureHasThatSize() throws Exception {
        failing.add("resize");
        assertThatThrownBy(() -> files.truncate(handle, 1)).isInstanceOf(InternalError.class);
        assertThat(files.status(handle).sizeBytes()).isEqualTo(1);
        files.write(handle, bytes("two"), 1);
        assertThat(get(files, handle)).isEqualTo("otwo");
        assertTheImageIsTheFile();
    }

    private void assertTheImageIsTheFile() throws IOException {
        try (Image image = volume.images().openReadOnly("f")) {
            assertThat(image.sizeBytes()).isEqualTo(files.status(handle).sizeBytes());
        }
    }
}
