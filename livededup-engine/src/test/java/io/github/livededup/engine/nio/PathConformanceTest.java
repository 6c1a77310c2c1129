package io.github.livededup.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Paths of a volume behave as POSIX paths of the default file system do. */
class PathConformanceTest extends NioCase {
    private static final FileSystem THEIRS = FileSystems.getDefault();
    private static final String[] PIECES = {
        "/", "/", "//", "a", "b", "ab", "A", ".", "..", "...", "a.b", " ", "ä", "€", "😀", "*", "~", "\uFFFD", "z"
    };
    private static final int PATHS = 4000;

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            path.append(PIECES[random.nextInt(PIECES.length)]).append(random.nextBoolean() ? "/" : "");
        }
        return path.toString();
    }

    /** One property of a path, told as text, in both file systems. */
    private void assertSame(String what, Function<FileSystem, Object> property) {
        assertThat(told(fileSystem, property)).as(what).isEqualTo(told(THEIRS, property));
    }

    private static String told(FileSystem in, Function<FileSystem, Object> property) {
        try {
            return String.valueOf(property.apply(in));
        } catch (RuntimeException e) {
            return e.getClass().getName();
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void onePath() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        for (int i = 0; i < PATHS; i++) {
            String text = randomPath(random);
            int begin = random.nextInt(5) - 1;
            int end = random.nextInt(6) - 1;
            String what = "seed " + seed + ", \"" + text + "\" " + begin + ".." + end;
            assertSame(what, fs -> fs.getPath(text));
            assertSame(what, fs -> fs.getPath(text).isAbsolute());
            assertSame(what, fs -> fs.getPath(text).getRoot());
            assertSame(what, fs -> fs.getPath(text).getParent());
            assertSame(what, fs -> fs.getPath(text).getFileName());
            assertSame(what, fs -> fs.getPath(text).getNameCount());
            assertSame(what, fs -> fs.getPath(text).normalize());
            assertSame(what, fs -> fs.getPath(text).getName(begin));
            assertSame(what, fs -> fs.getPath(text).subpath(begin, end));
            assertSame(what, fs -> {
                List<Path> names = new ArrayList<>();
                fs.getPath(text).forEach(names::add);
                return names;
            });
            assertSame(what, fs -> fs.getPath(text).equals(fs.getPath(text + "/")));
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void twoPaths() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        for (int i = 0; i < PATHS; i++) {
            String first = randomPath(random);
            String second = random.nextInt(3) == 0 ? first + "/" + randomPath(random) : randomPath(random);
            String what = "seed " + seed + ", \"" + first + "\", \"" + second + '"';
            assertSame(what, fs -> fs.getPath(first, second));
            assertSame(what, fs -> fs.getPath(first, "", second, first));
            assertSame(what, fs -> fs.getPath(first).resolve(second));
            assertSame(what, fs -> fs.getPath(first).resolve(fs.getPath(second)));
            assertSame(what, fs -> fs.getPath(first).resolveSibling(second));
            assertSame(what, fs -> fs.getPath(first).relativize(fs.getPath(second)));
            assertSame(what, fs -> fs.getPath(first).startsWith(second));
            assertSame(what, fs -> fs.getPath(first).endsWith(second));
            assertSame(what, fs -> fs.getPath(first).startsWith(fs.getPath(second)));
            assertSame(what, fs -> fs.getPath(first).endsWith(fs.getPath(second)));
            assertSame(what, fs -> fs.getPath(first).equals(fs.getPath(second)));
            assertSame(what, fs -> Integer.signum(fs.getPath(first).compareTo(fs.getPath(second))));
        }
    }

    @Test
    void equalPathsHaveEqualHashes() {
        assertThat(fileSystem.getPath("/a//b/")).isEqualTo(root.resolve("a/b")).hasSameHashCodeAs(root.resolve("a/b"));
        assertThat(fileSystem.getPath("a")).isNotEqualTo(THEIRS.getPath("a"));
    }

    @Test
    void theRootIsTheWorkingDirectory() throws IOException {
        assertThat(fileSystem.getPath("a").toAbsolutePath()).isEqualTo(root.resolve("a"));
        assertThat(fileSystem.getPath("").toAbsolutePath()).isEqualTo(root);
        assertThat(fileSystem.getPath("a/../..").toAbsolutePath()).hasToString("/a/../..");
        assertThat(fileSystem.getPath("").toRealPath()).isEqualTo(root);
        assertThat(fileSystem.getPath("../.").toRealPath()).isEqualTo(root);
    }

    @Test
    void urisLeadBack() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        for (int i = 0; i < PATHS; i++) {
            Path path = fileSystem.getPath(randomPath(random) + (i % 7 == 0 ? "!/x?#%41&= +" : ""));
            URI uri = path.toUri();
            assertThat(uri.getScheme()).isEqualTo("livededup");
            assertThat(Path.of(uri)).as("seed %d, %s", seed, uri).isEqualTo(path.toAbsolutePath());
            assertThat(URI.create(uri.toASCIIString())).isEqualTo(uri);
        }
    }

    @Test
    void whatCannotBeAPath() {
        for (String text : new String[] {"a\0b", "\0", "\uD83D", "a\uDE00/b"}) {
            assertSame(text, fs -> fs.getPath(text));
            assertThatThrownBy(() -> fileSystem.getPath(text)).isInstanceOf(java.nio.file.InvalidPathException.class);
        }
        assertThatThrownBy(() -> fileSystem.getPath(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void otherProvidersPathsAreRefused() throws IOException {
        Path foreign = THEIRS.getPath("/a");
        Path path = root.resolve("a");
        assertThatThrownBy(() -> path.resolve(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(() -> path.relativize(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(() -> path.compareTo(foreign)).isInstanceOf(ClassCastException.class);
        assertThat(path.startsWith(foreign)).isFalse();
        assertThat(path.endsWith(foreign)).isFalse();
        assertThatThrownBy(() -> fileSystem.provider().delete(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(path::toFile).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> path.resolve((Path) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void nothingIsWatched() throws IOException {
        assertThatThrownBy(fileSystem::newWatchService).isInstanceOf(UnsupportedOperationException.class);
        WatchEvent.Kind<?>[] kinds = {StandardWatchEventKinds.ENTRY_CREATE};
        try (WatchService watcher = THEIRS.newWatchService()) {
            assertThatThrownBy(() -> root.register(watcher, kinds)).isInstanceOf(ProviderMismatchException.class);
        }
    }
}
