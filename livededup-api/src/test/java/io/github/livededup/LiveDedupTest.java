package io.github.livededup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.spi.VolumeProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveDedupTest {
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final VolumeOptions options = VolumeOptions.defaults();

    @TempDir
    Path temporary;

    @AfterEach
    void restoreClassLoader() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** Makes an engine known that answers with the name of what was called. */
    private void useEngine() throws IOException {
        Path services = Files.createDirectories(temporary.resolve("loader/META-INF/services"));
        Files.writeString(services.resolve(VolumeProvider.class.getName()), Engine.class.getName());
        URL[] urls = {temporary.resolve("loader").toUri().toURL()};
        Thread.currentThread().setContextClassLoader(new URLClassLoader(urls, before));
    }

    @Test
    void saysThatThereIsNoEngine() {
        assertThatThrownBy(() -> LiveDedup.open(temporary, options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("livededup-engine");
    }

    @Test
    void findsTheEngineOfTheContextClassLoader() throws IOException {
        useEngine();
        assertCalled("create " + temporary, () -> LiveDedup.create(temporary, options));
        assertCalled("open " + temporary, () -> LiveDedup.open(temporary, options));
        Path file = temporary.resolve("a");
        assertCalled(
                "estimate [" + file + "]",
                () -> LiveDedup.estimate(List.of(file), ProgressListener.NONE, new CancellationToken()));
    }

    @Test
    void createsWhereThereIsNothing() throws IOException {
        useEngine();
        Path absent = temporary.resolve("absent");
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        assertCalled("create " + absent, () -> LiveDedup.openOrCreate(absent, options));
        assertCalled("create " + empty, () -> LiveDedup.openOrCreate(empty, options));
    }

    @Test
    void opensWhereThereIsSomething() throws IOException {
        useEngine();
        Path full = Files.createDirectory(temporary.resolve("full"));
        Files.createFile(full.resolve("superblock"));
        Path file = Files.createFile(temporary.resolve("file"));
        assertCalled("open " + full, () -> LiveDedup.openOrCreate(full, options));
        assertCalled("open " + file, () -> LiveDedup.openOrCreate(file, options));
    }

    @Test
    void refusesNull() throws IOException {
        useEngine();
        assertThatThrownBy(() -> LiveDedup.create(null, options)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LiveDedup.create(temporary, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LiveDedup.open(null, options)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LiveDedup.open(temporary, null)).isInstanceOf(NullPointerException.class);
        CancellationToken token = new CancellationToken();
        assertThatThrownBy(() -> LiveDedup.estimate(null, ProgressListener.NONE, token))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LiveDedup.estimate(List.of(), null, token)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LiveDedup.estimate(List.of(), ProgressListener.NONE, null))
                .isInstanceOf(NullPointerException.class);
    }

    private static void assertCalled(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(NotFoundException.class)
                .satisfies(thrown ->
                        assertThat(((NotFoundException) thrown).resource()).isEqualTo(what));
    }

    /** An engine that throws what it was called with. */
    public static final class Engine implements VolumeProvider {
        /** Made by the service loader. */
        public Engine() {}

        @Override
        public Volume create(Path directory, VolumeOptions options) throws IOException {
            throw new NotFoundException("create " + directory, "called");
        }

        @Override
        public Volume open(Path directory, VolumeOptions options) throws IOException {
            throw new NotFoundException("open " + directory, "called");
        }

        @Override
        public List<SavingsEstimate> estimate(
                List<Path> files, ProgressListener listener, CancellationToken cancellation) throws IOException {
            throw new NotFoundException("estimate " + files, "called");
        }
    }
}
