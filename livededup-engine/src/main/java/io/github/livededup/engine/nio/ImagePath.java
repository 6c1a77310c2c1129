package io.github.livededup.engine.nio;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path in the tree of a volume, by the rules of POSIX paths: elements with "/" between them, absolute if the first
 * character is one. The working directory is the root. Immutable.
 */
final class ImagePath implements Path {
    private static final String SEPARATOR = "/";

    private final ImageFileSystem fileSystem;
    private final boolean absolute;
    /** No element for the root, one empty element for the empty path. */
    private final List<String> names;

    private final String text;

    private ImagePath(ImageFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = absolute || !names.isEmpty() ? names : List.of("");
        text = (absolute ? SEPARATOR : "") + String.join(SEPARATOR, names);
    }

    /**
     * Reads a path.
     *
     * @param fileSystem its file system
     * @param text the path; repeated and trailing separators do not count
     * @return the path
     * @throws InvalidPathException if it holds a NUL, or half a surrogate pair, which UTF-8 cannot tell
     */
    static ImagePath parse(ImageFileSystem fileSystem, String text) {
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new InvalidPathException(text, "Nul character not allowed", nul);
        }
        try {
            StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new InvalidPathException(text, "Malformed input or input contains unmappable characters");
        }
        List<String> names = new ArrayList<>();
        for (String name : text.split(SEPARATOR, -1)) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return new ImagePath(fileSystem, text.startsWith(SEPARATOR), List.copyOf(names));
    }

    /**
     * A path of this provider.
     *
     * @param path the path
     * @return the same
     * @throws ProviderMismatchException if it is another provider's
     */
    static ImagePath of(Path path) {
        if (Objects.requireNonNull(path, "path") instanceof ImagePath ours) {
            return ours;
        }
        throw new ProviderMismatchException();
    }

    List<String> names() {
        return names;
    }

    private boolean isEmpty() {
        return text.isEmpty();
    }

    private ImagePath with(boolean isAbsolute, List<String> elements) {
        return new ImagePath(fileSystem, isAbsolute, elements);
    }

    @Override
    public ImageFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable ImagePath getRoot() {
        return absolute ? with(true, List.of()) : null;
    }

    @Override
    public @Nullable ImagePath getFileName() {
        return names.isEmpty() ? null : with(false, names.subList(names.size() - 1, names.size()));
    }

    @Override
    public @Nullable ImagePath getParent() {
        if (names.size() > 1) {
            return with(absolute, names.subList(0, names.size() - 1));
        }
        return names.isEmpty() ? null : getRoot();
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public ImagePath getName(int index) {
        if (index < 0 || index >= names.size()) {
            throw new IllegalArgumentException("index: actual=" + index + " expected=0.." + (names.size() - 1));
        }
        return with(false, names.subList(index, index + 1));
    }

    @Override
    public ImagePath subpath(int beginIndex, int endIndex) {
        if (beginIndex < 0 || beginIndex >= names.size() || endIndex > names.size() || beginIndex >= endIndex) {
            throw new IllegalArgumentException(
                    "range: actual=" + beginIndex + ".." + endIndex + " expected=within 0.." + names.size());
        }
        return with(false, names.subList(beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        if (!(Objects.requireNonNull(other, "other") instanceof ImagePath that)
                || that.fileSystem != fileSystem
                || that.absolute != absolute) {
            return false;
        }
        return that.names.size() <= names.size()
                && names.subList(0, that.names.size()).equals(that.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(Objects.requireNonNull(other, "other") instanceof ImagePath that) || that.fileSystem != fileSystem) {
            return false;
        }
        if (that.absolute || that.isEmpty()) {
            return that.text.equals(text);
        }
        int more = names.size() - that.names.size();
        return more >= 0 && names.subList(more, names.size()).equals(that.names);
    }

    @Override
    public ImagePath normalize() {
        if (isEmpty()) {
            return this;
        }
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            boolean isUp = name.equals("..");
            boolean hasName = !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..");
            if (isUp && hasName) {
                kept.remove(kept.size() - 1);
            } else if (!name.equals(".") && !(isUp && absolute)) {
                kept.add(name);
            }
        }
        return with(absolute, List.copyOf(kept));
    }

    @Override
    public ImagePath resolve(Path other) {
        ImagePath that = of(other);
        if (that.absolute || isEmpty()) {
            return that;
        }
        if (that.isEmpty()) {
            return this;
        }
        List<String> joined = new ArrayList<>(names);
        joined.addAll(that.names);
        return with(absolute, List.copyOf(joined));
    }

    @Override
    public ImagePath relativize(Path other) {
        ImagePath that = of(other);
        if (that.absolute != absolute) {
            throw new IllegalArgumentException("'other' is different type of Path");
        }
        if (isEmpty() || that.text.equals(text)) {
            return isEmpty() ? that : with(false, List.of());
        }
        List<String> from = hasDots() || that.hasDots() ? normalize().elements() : elements();
        List<String> to = hasDots() || that.hasDots() ? that.normalize().elements() : that.elements();
        int shared = 0;
        while (shared < Math.min(from.size(), to.size()) && from.get(shared).equals(to.get(shared))) {
            shared++;
        }
        List<String> up = from.subList(shared, from.size());
        if (up.contains("..")) {
            throw new IllegalArgumentException("Unable to compute relative path from " + this + " to " + other);
        }
        List<String> steps = new ArrayList<>(Collections.nCopies(up.size(), ".."));
        steps.addAll(to.subList(shared, to.size()));
        return with(false, List.copyOf(steps));
    }

    private boolean hasDots() {
        return names.contains(".") || names.contains("..");
    }

    /** The names, none for the empty path. */
    private List<String> elements() {
        return isEmpty() ? List.of() : names;
    }

    @Override
    public URI toUri() {
        return VolumeUri.of(fileSystem.directory(), toAbsolutePath().text);
    }

    @Override
    public ImagePath toAbsolutePath() {
        return absolute ? this : with(true, elements());
    }

    @Override
    public ImagePath toRealPath(LinkOption... options) throws IOException {
        String name = fileSystem.files().existing(this);
        return with(true, name.isEmpty() ? List.of() : List.of(name));
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        Objects.requireNonNull(watcher, "watcher");
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(modifiers, "modifiers");
        throw new ProviderMismatchException("a volume has no watch service");
    }

    /** By the code points of the text, which is the order of its UTF-8 bytes. */
    @Override
    public int compareTo(Path other) {
        byte[] mine = text.getBytes(StandardCharsets.UTF_8);
        byte[] others = ((ImagePath) other).text.getBytes(StandardCharsets.UTF_8);
        return java.util.Arrays.compareUnsigned(mine, others);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImagePath that && that.fileSystem == fileSystem && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(fileSystem) + text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
