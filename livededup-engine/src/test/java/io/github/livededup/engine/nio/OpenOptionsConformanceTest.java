package io.github.livededup.engine.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every set of {@link StandardOpenOption}s opens, refuses, reads and writes as with the default provider. */
class OpenOptionsConformanceTest extends TwoProviders {
    private static final List<StandardOpenOption> OPTIONS =
            List.of(READ, WRITE, APPEND, TRUNCATE_EXISTING, CREATE, CREATE_NEW, DELETE_ON_CLOSE, SYNC);

    static Stream<Set<StandardOpenOption>> optionSets() {
        return IntStream.range(0, 1 << OPTIONS.size()).mapToObj(bits -> {
            Set<StandardOpenOption> set = EnumSet.noneOf(StandardOpenOption.class);
            for (int i = 0; i < OPTIONS.size(); i++) {
                if ((bits >> i & 1) != 0) {
                    set.add(OPTIONS.get(i));
                }
            }
            return set;
        });
    }

    @ParameterizedTest
    @MethodSource("optionSets")
    void channels(Set<StandardOpenOption> options) throws IOException {
        for (String name : List.of("text", "empty", "absent", "absent/below", "text/below")) {
            assertSame(directory -> useChannel(directory.resolve(name), options), name.startsWith("text/"));
        }
    }

    @ParameterizedTest
    @MethodSource("optionSets")
    void streams(Set<StandardOpenOption> options) throws IOException {
        OpenOption[] array = options.toArray(OpenOption[]::new);
        for (String name : List.of("text", "absent")) {
            assertSame(directory -> {
                try (InputStream in = Files.newInputStream(directory.resolve(name), array)) {
                    return in.readAllBytes();
                }
            });
            assertSame(directory -> {
                try (OutputStream out = Files.newOutputStream(directory.resolve(name), array)) {
                    out.write(new byte[] {1, 2, 3});
                    out.write(4);
                }
                return "wrote";
            });
            assertSame(directory ->
                    Files.write(directory.resolve(name), TEXT, array).getFileName());
        }
    }

    /** What a channel answers to a fixed series of calls, exceptions included. */
    private static List<String> useChannel(Path path, Set<? extends OpenOption> options) throws IOException {
        List<String> answers = new ArrayList<>();
        SeekableByteChannel channel = Files.newByteChannel(path, options);
        try (channel) {
            ByteBuffer four = ByteBuffer.allocate(4);
            answers.add(Outcome.of(path, x -> channel.size()));
            answers.add(Outcome.of(path, x -> channel.position()));
            answers.add(Outcome.of(path, x -> channel.read(four)));
            answers.add(Outcome.of(path, x -> channel.write(ByteBuffer.wrap(new byte[] {7, 8, 9}))));
            answers.add(Outcome.of(path, x -> channel.position()));
            answers.add(Outcome.of(path, x -> channel.position(40).position()));
            answers.add(Outcome.of(path, x -> channel.write(ByteBuffer.allocate(0))));
            answers.add(Outcome.of(path, x -> channel.size()));
            answers.add(Outcome.of(path, x -> channel.write(ByteBuffer.wrap(new byte[] {5}))));
            answers.add(Outcome.of(path, x -> channel.size()));
            answers.add(Outcome.of(path, x -> channel.truncate(30).size()));
            answers.add(Outcome.of(path, x -> channel.position()));
            answers.add(Outcome.of(path, x -> channel.truncate(100).size()));
            answers.add(Outcome.of(path, x -> channel.read(four)));
            answers.add(Outcome.of(path, x -> channel.position(-1)));
            answers.add(Outcome.of(path, x -> channel.truncate(-1)));
            answers.add(four.toString());
        }
        answers.add(String.valueOf(channel.isOpen()));
        answers.add(Outcome.of(path, x -> channel.size()));
        answers.add(Outcome.of(path, x -> channel.read(ByteBuffer.allocate(1))));
        answers.add(Outcome.of(path, x -> channel.write(ByteBuffer.allocate(1))));
        answers.add(Outcome.of(path, x -> channel.position(-1)));
        channel.close();
        return answers;
    }

    @Test
    void optionsWithoutEffect() throws IOException {
        for (OpenOption option : List.of(SPARSE, DSYNC, LinkOption.NOFOLLOW_LINKS)) {
            for (String name : List.of("text", "absent")) {
                assertSame(directory -> useChannel(directory.resolve(name), Set.of(option)));
                assertSame(directory -> useChannel(directory.resolve(name), Set.of(WRITE, CREATE, option)));
            }
        }
    }

    @Test
    void optionsThatAreNone() throws IOException {
        OpenOption foreign = new OpenOption() {
            @Override
            public String toString() {
                return "foreign";
            }
        };
        Set<OpenOption> withNull = new HashSet<>();
        withNull.add(null);
        FileAttribute<String> attribute = new FileAttribute<>() {
            @Override
            public String name() {
                return "foreign:attribute";
            }

            @Override
            public String value() {
                return "value";
            }
        };
        for (String name : List.of("text", "absent")) {
            assertSame(directory -> Files.newByteChannel(directory.resolve(name), foreign));
            assertSame(directory -> Files.newOutputStream(directory.resolve(name), foreign));
            assertSame(directory -> Files.newInputStream(directory.resolve(name), foreign));
            assertSame(directory -> Files.newByteChannel(directory.resolve(name), withNull));
            assertSame(directory -> Files.newByteChannel(directory.resolve(name), Set.of(WRITE, CREATE), attribute));
            assertSame(directory -> Files.createFile(directory.resolve(name), attribute));
            assertSame(directory -> Files.createDirectory(directory.resolve(name), attribute));
        }
    }
}
