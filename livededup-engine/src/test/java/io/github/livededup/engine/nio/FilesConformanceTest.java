package io.github.livededup.engine.nio;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.github.livededup.engine.nio.Outcome.Operation;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Files}' methods do in a volume what they do in a directory. */
class FilesConformanceTest extends TwoProviders {
    private static final FileTime PAST = FileTime.from(Instant.parse("2011-12-13T14:15:16Z"));

    private final Map<String, Operation> table = new LinkedHashMap<>();

    Stream<String> operations() {
        reading();
        writing();
        copying();
        moving();
        deleting();
        walking();
        directoryStreams();
        attributes();
        times();
        identities();
        paths();
        return table.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void sameAsDefaultProvider(String name) throws IOException {
        assertSame(table.get(name), name.contains("text/"));
    }

    private void add(String name, Operation operation) {
        if (table.put(name, operation) != null) {
            throw new AssertionError(name + " is there twice");
        }
    }

    /** The same operation for every kind of name. */
    private void addForEach(String what, Operation operation) {
        for (String name : List.of("large", "text", "empty", "absent", "absent/below", "text/below", ".", "..x")) {
            add(what + " " + name, directory -> operation.run(directory.resolve(name)));
        }
    }

    private void reading() {
        addForEach("readAllBytes", Files::readAllBytes);
        addForEach("newInputStream", path -> {
            try (InputStream in = Files.newInputStream(path)) {
                long skipped = in.skip(7);
                return List.of(
                        skipped,
                        in.available(),
                        in.read(),
                        in.readNBytes(100),
                        in.readAllBytes(),
                        in.read(),
                        in.skip(3));
            }
        });
        addForEach("transferTo", path -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (InputStream in = Files.newInputStream(path)) {
                return List.of(in.transferTo(out), out.toByteArray());
            }
        });
        addForEach("size", path -> path.toString().endsWith(".") ? 0 : Files.size(path));
        addForEach("mismatch", path -> Files.mismatch(path, path.resolveSibling("text")));
        addForEach("mismatch itself", path -> Files.mismatch(path, path));
        add("readString", directory -> Files.readString(directory.resolve("text")));
        add("readString of what is no text", directory -> Files.readString(directory.resolve("large")));
        add("readAllLines", directory -> Files.readAllLines(directory.resolve("text")));
        add("lines", directory -> {
            try (Stream<String> lines = Files.lines(directory.resolve("text"))) {
                return lines.toList();
            }
        });
        add("lines of absent", directory -> Files.lines(directory.resolve("absent")));
        add("newBufferedReader", directory -> {
            try (BufferedReader reader = Files.newBufferedReader(directory.resolve("text"))) {
                return reader.lines().collect(Collectors.joining("|"));
            }
        });
        add("read after close", directory -> {
            InputStream in = Files.newInputStream(directory.resolve("text"));
            in.close();
            return in.read();
        });
    }

    private void writing() {
        byte[] bytes = {1, 2, 3};
        addForEach("write", path -> {
            Files.write(path, bytes);
            return Files.readAllBytes(path);
        });
        addForEach("createFile", path -> Files.createFile(path).getFileName());
        addForEach(
                "append",
                path -> Files.write(path, bytes, StandardOpenOption.APPEND).getFileName());
        add(
                "writeString",
                directory ->
                        Files.size(Files.writeString(directory.resolve("new"), "ä€", StandardOpenOption.CREATE_NEW)));
        add("write lines", directory -> Files.size(Files.write(directory.resolve("new"), List.of("a", "bc"))));
        add("write then append", directory -> {
            Files.write(directory.resolve("new"), bytes);
            Files.write(directory.resolve("new"), bytes, StandardOpenOption.APPEND);
            return Files.readAllBytes(directory.resolve("new"));
        });
        add("newBufferedWriter", directory -> {
            try (BufferedWriter writer = Files.newBufferedWriter(directory.resolve("text"))) {
                writer.write("x");
            }
            return Files.readString(directory.resolve("text"));
        });
        add("write after close", directory -> {
            OutputStream out = Files.newOutputStream(directory.resolve("new"));
            out.close();
            out.write(1);
            return "wrote";
        });
        add("createTempFile", directory -> {
            Path file = Files.createTempFile(directory, "pre", ".suf");
            String name = file.getFileName().toString();
            Object outcome = List.of(name.startsWith("pre"), name.endsWith(".suf"), Files.size(file));
            Files.delete(file);
            return outcome;
        });
        add("createDirectory where a file is", directory -> Files.createDirectory(directory.resolve("text")));
        add("createDirectory below nothing", directory -> Files.createDirectory(directory.resolve("absent/new")));
        add(
                "createDirectory of the root",
                directory -> Files.createDirectory(directory.resolve("..").normalize()));
        add("createDirectories that exist", directory -> Files.createDirectories(directory));
        add("name too long", directory -> Files.createFile(directory.resolve("x".repeat(256))));
        add("longest name", directory -> Files.createFile(directory.resolve("x".repeat(255))));
        add("name of wide characters", directory -> Files.createFile(directory.resolve("ä€😀 %!?#")));
    }

    private void copying() {
        for (String options : List.of("", "R", "A", "RA", "M", "N")) {
            for (String from : List.of("large", "empty", "absent", "text/x")) {
                for (String to : List.of("text", "new", "large", "absent/new", "text/new")) {
                    add(
                            "copy " + from + " " + to + " " + options,
                            directory -> outcome(
                                    Files.copy(directory.resolve(from), directory.resolve(to), copyOptions(options)),
                                    directory.resolve(to)));
                    add("copy out " + from + " " + to + " " + options, directory -> {
                        fillOutside();
                        return outcome(
                                Files.copy(directory.resolve(from), outside.resolve(to), copyOptions(options)),
                                outside.resolve(to));
                    });
                    add("copy in " + from + " " + to + " " + options, directory -> {
                        fillOutside();
                        return outcome(
                                Files.copy(outside.resolve(from), directory.resolve(to), copyOptions(options)),
                                directory.resolve(to));
                    });
                }
            }
        }
        for (String to : List.of("text", "new", "absent/new")) {
            add("copy stream " + to, directory -> Files.copy(new ByteArrayInputStream(LARGE), directory.resolve(to)));
            add(
                    "copy stream replacing " + to,
                    directory -> Files.copy(new ByteArrayInputStream(LARGE), directory.resolve(to), REPLACE_EXISTING));
        }
        addForEach("copy to stream", path -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            return List.of(Files.copy(path, out), out.toByteArray());
        });
        add("copy keeps the time", directory -> {
            Files.setLastModifiedTime(directory.resolve("text"), PAST);
            Path copy = Files.copy(directory.resolve("text"), directory.resolve("new"), COPY_ATTRIBUTES);
            return Files.getLastModifiedTime(copy);
        });
        add("copies are apart", directory -> {
            Files.copy(directory.resolve("large"), directory.resolve("new"));
            Files.write(directory.resolve("large"), new byte[] {7}, StandardOpenOption.WRITE);
            return Files.readAllBytes(directory.resolve("new"));
        });
    }

    private void moving() {
        for (String options : List.of("", "R", "M", "MR", "A")) {
            for (String from : List.of("large", "absent", "text/x")) {
                // Whether an atomic move replaces is left to the provider.
                for (String to :
                        options.equals("M") ? List.of("new", "large") : List.of("text", "new", "large", "a/b")) {
                    add(
                            "move " + from + " " + to + " " + options,
                            directory -> outcome(
                                    Files.move(directory.resolve(from), directory.resolve(to), copyOptions(options)),
                                    directory.resolve(to)));
                }
            }
        }
        for (String options : List.of("", "R")) {
            add("move out " + options, directory -> {
                fillOutside();
                return outcome(
                        Files.move(directory.resolve("large"), outside.resolve("text"), copyOptions(options)),
                        outside.resolve("text"));
            });
            add("move in " + options, directory -> {
                fillOutside();
                return outcome(
                        Files.move(outside.resolve("large"), directory.resolve("text"), copyOptions(options)),
                        directory.resolve("text"));
            });
        }
        add("move in keeps the time", directory -> {
            fillOutside();
            Files.setLastModifiedTime(outside.resolve("large"), PAST);
            return Files.getLastModifiedTime(Files.move(outside.resolve("large"), directory.resolve("new")));
        });
    }

    private static Object outcome(Path returned, Path target) throws IOException {
        return List.of(returned.equals(target), Files.readAllBytes(target));
    }

    private void fillOutside() throws IOException {
        Files.deleteIfExists(outside.resolve("new"));
        Files.write(outside.resolve("large"), LARGE);
        Files.write(outside.resolve("text"), TEXT);
        Files.write(outside.resolve("empty"), new byte[0]);
    }

    private static CopyOption[] copyOptions(String letters) {
        return letters.chars()
                .mapToObj(letter -> switch (letter) {
                    case 'R' -> REPLACE_EXISTING;
                    case 'A' -> COPY_ATTRIBUTES;
                    case 'M' -> ATOMIC_MOVE;
                    default -> LinkOption.NOFOLLOW_LINKS;
                })
                .toArray(CopyOption[]::new);
    }

    private void deleting() {
        addForEach("delete", path -> {
            if (path.endsWith(".")) {
                return "the two roots differ in whether they can be deleted";
            }
            Files.delete(path);
            return Files.exists(path);
        });
        addForEach("deleteIfExists", path -> path.endsWith(".") || Files.deleteIfExists(path));
        add("delete a directory that is not empty", directory -> {
            Files.delete(directory);
            return "gone";
        });
        add("delete and create again", directory -> {
            Files.delete(directory.resolve("large"));
            return Files.size(Files.createFile(directory.resolve("large")));
        });
    }

    private void walking() {
        add("list", directory -> {
            try (Stream<Path> list = Files.list(directory)) {
                return list.sorted().toList();
            }
        });
        addForEach("list", path -> {
            try (Stream<Path> list = Files.list(path)) {
                return list.count();
            }
        });
        add("walk", directory -> {
            try (Stream<Path> walk = Files.walk(directory)) {
                return walk.sorted().toList();
            }
        });
        addForEach("walk", path -> {
            try (Stream<Path> walk = Files.walk(path)) {
                return walk.count();
            }
        });
        add("find", directory -> {
            try (Stream<Path> found = Files.find(
                    directory, 5, (path, attributes) -> attributes.isRegularFile() && attributes.size() > 9)) {
                return found.sorted().toList();
            }
        });
        add("walkFileTree", directory -> {
            List<String> seen = new ArrayList<>();
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                    seen.add("enter " + attributes.isDirectory());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    seen.add(path.getFileName() + " " + attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, IOException failure) {
                    seen.add("leave " + failure);
                    return FileVisitResult.CONTINUE;
                }
            });
            return new TreeSet<>(seen);
        });
    }

    private void directoryStreams() {
        for (String glob : List.of("*", "*e*", "{text,empty}", "t??t", "[a-l]*", "absent", "**")) {
            add("glob " + glob, directory -> {
                TreeSet<Path> found = new TreeSet<>();
                try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
                    stream.forEach(found::add);
                }
                return found;
            });
        }
        add("bad glob", directory -> Files.newDirectoryStream(directory, "[a"));
        add("filter that fails", directory -> {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, path -> {
                throw new IOException("no");
            })) {
                return stream.iterator().hasNext();
            } catch (DirectoryIteratorException e) {
                return e.getCause().getMessage();
            }
        });
        add("second iterator", directory -> {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                List<Iterator<Path>> iterators = new ArrayList<>();
                iterators.add(stream.iterator());
                iterators.add(stream.iterator());
                return iterators;
            }
        });
        add("iterator of a closed stream", directory -> {
            DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
            stream.close();
            stream.close();
            return stream.iterator();
        });
        add("closed while it is read", directory -> {
            DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
            Iterator<Path> entries = stream.iterator();
            entries.next();
            stream.close();
            return entries.hasNext();
        });
        add("past the last entry", directory -> {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                Iterator<Path> entries = stream.iterator();
                for (int i = 0; i < 3; i++) {
                    entries.next();
                }
                return List.of(entries.hasNext(), entries.next());
            }
        });
        add("remove by iterator", directory -> {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                Iterator<Path> entries = stream.iterator();
                entries.next();
                entries.remove();
                return "removed";
            }
        });
    }

    private void attributes() {
        addForEach(
                "kinds",
                path -> List.of(
                        Files.exists(path),
                        path.endsWith("text/below") || Files.notExists(path),
                        Files.isRegularFile(path),
                        Files.isDirectory(path),
                        Files.isSymbolicLink(path),
                        Files.isReadable(path),
                        Files.isWritable(path),
                        Files.isHidden(path)));
        addForEach("readAttributes", path -> {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return List.of(
                    attributes.isDirectory(),
                    attributes.isRegularFile(),
                    attributes.isOther(),
                    attributes.isSymbolicLink(),
                    attributes.isDirectory() ? 0 : attributes.size(),
                    attributes
                            .fileKey()
                            .equals(Files.readAttributes(path, BasicFileAttributes.class)
                                    .fileKey()));
        });
        for (String names : List.of(
                "*",
                "basic:*",
                "size",
                "size,isDirectory",
                "basic:size,*",
                "fileKey,size,nothing",
                "nothing",
                "",
                "basic:",
                "other:*",
                "livededupX:size")) {
            addForEach("readAttributes " + names, path -> {
                Map<String, Object> attributes = Files.readAttributes(path, names);
                return Files.isDirectory(path)
                        ? attributes.keySet().stream().sorted().toList()
                        : List.of(new TreeSet<>(attributes.keySet()), String.valueOf(attributes.get("size")));
            });
        }
    }

    private void times() {
        addForEach(
                "getLastModifiedTime", path -> Files.getLastModifiedTime(path).toMillis() > PAST.toMillis());
        addForEach(
                "setLastModifiedTime",
                path -> path.endsWith(".")
                        || Files.getLastModifiedTime(Files.setLastModifiedTime(path, PAST))
                                .equals(PAST));
        addForEach("setTimes of nothing", path -> {
            Files.getFileAttributeView(path, BasicFileAttributeView.class).setTimes(null, null, null);
            return "set";
        });
        for (String name :
                List.of("lastModifiedTime", "basic:lastAccessTime", "basic:creationTime", "size", "x:y", "")) {
            addForEach(
                    "setAttribute " + name,
                    path -> path.endsWith(".")
                            || (name.equals("basic:creationTime") && !Files.exists(path))
                            || Files.setAttribute(path, name, PAST).equals(path));
        }
        add(
                "setAttribute of another type",
                directory -> Files.setAttribute(directory.resolve("text"), "lastModifiedTime", "yesterday"));
        add("getAttribute", directory -> Files.getAttribute(directory.resolve("text"), "basic:size"));
        add("getAttribute of several", directory -> Files.getAttribute(directory.resolve("text"), "size,isOther"));
        add("view that is not", directory -> Files.getFileAttributeView(directory.resolve("text"), ForeignView.class));
        add(
                "attributes that are not",
                directory -> Files.readAttributes(directory.resolve("text"), ForeignAttributes.class));
    }

    private void identities() {
        add(
                "isSameFile",
                directory -> List.of(
                        Files.isSameFile(directory.resolve("text"), directory.resolve("text")),
                        Files.isSameFile(directory.resolve("absent"), directory.resolve("absent")),
                        Files.isSameFile(directory.resolve("text"), directory.resolve("./text")),
                        Files.isSameFile(directory.resolve("text"), directory.resolve("empty")),
                        Files.isSameFile(directory.resolve("."), directory)));
        add(
                "isSameFile of absent",
                directory -> Files.isSameFile(directory.resolve("text"), directory.resolve("absent")));
        add(
                "isSameFile of absent before",
                directory -> Files.isSameFile(directory.resolve("absent"), directory.resolve("text")));
        add(
                "file keys differ",
                directory -> Files.readAttributes(directory.resolve("text"), BasicFileAttributes.class)
                        .fileKey()
                        .equals(Files.readAttributes(directory.resolve("empty"), BasicFileAttributes.class)
                                .fileKey()));
        addForEach("getFileStore", path -> Files.getFileStore(path).getUsableSpace() > 0);
        for (AccessMode mode : AccessMode.values()) {
            addForEach("checkAccess " + mode, path -> {
                if (mode != AccessMode.EXECUTE) {
                    path.getFileSystem().provider().checkAccess(path, mode);
                    return "granted";
                }
                return Files.isExecutable(path);
            });
        }
    }

    private void paths() {
        addForEach(
                "toRealPath",
                path -> path.toRealPath().getFileName() == null
                        ? "root"
                        : path.endsWith(".") ? "root" : path.toRealPath().getFileName());
        addForEach("toUri and back", path -> Path.of(path.toUri()).equals(path.toAbsolutePath()));
        addForEach("names", path -> {
            List<String> names = new ArrayList<>();
            path.getFileName().forEach(name -> names.add(name.toString()));
            return names;
        });
        add(
                "createLink is of no use to copies",
                directory ->
                        Arrays.asList(Files.exists(directory.resolve("text")), Files.exists(directory.resolve("no"))));
    }

    /** A view that no provider knows. */
    private interface ForeignView extends DosFileAttributeView {}

    /** Attributes that no provider knows. */
    private interface ForeignAttributes extends DosFileAttributes {}
}
