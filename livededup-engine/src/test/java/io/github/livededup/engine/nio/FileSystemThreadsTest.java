package io.github.livededup.engine.nio;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.life.Threads;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many threads use one file system. */
class FileSystemThreadsTest extends NioCase {
    private static final int THREADS = 6;

    @Test
    void oneOfManyCreates() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path file = root.resolve("file-" + round);
            List<Boolean> created = Threads.run(THREADS, thread -> {
                try {
                    Files.newByteChannel(file, CREATE_NEW, WRITE).close();
                    return true;
                } catch (FileAlreadyExistsException e) {
                    return false;
                }
            });
            assertThat(Collections.frequency(created, true)).isEqualTo(1);
        }
    }

    @Test
    void everybodyFindsOrCreates() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path file = root.resolve("file-" + round);
            Threads.run(THREADS, thread -> {
                try (SeekableByteChannel channel = Files.newByteChannel(file, CREATE, WRITE)) {
                    channel.position(thread).write(ByteBuffer.wrap(new byte[] {(byte) (thread + 1)}));
                }
                return null;
            });
            assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void appendsDoNotOverlap() throws Exception {
        Path log = root.resolve("log");
        int lines = 50;
        Threads.run(THREADS, thread -> {
            for (int i = 0; i < lines; i++) {
                Files.writeString(log, "thread " + thread + " line " + i + "\n", CREATE, APPEND);
            }
            return null;
        });
        List<String> read = Files.readAllLines(log);
        assertThat(read).hasSize(THREADS * lines).doesNotHaveDuplicates().allMatch(line -> line.startsWith("thread "));
    }

    @Test
    void aReplacedFileIsOldOrNewAtAnyTime() throws Exception {
        Path current = Files.write(root.resolve("current"), content(0));
        AtomicBoolean done = new AtomicBoolean();
        Threads.run(3, thread -> {
            if (thread == 0) {
                try {
                    for (int i = 1; i <= 60; i++) {
                        Path next = Files.write(root.resolve("next"), content(i));
                        if (i % 2 == 0) {
                            Files.move(next, current, REPLACE_EXISTING);
                        } else {
                            Files.copy(next, current, REPLACE_EXISTING);
                        }
                    }
                } finally {
                    done.set(true);
                }
                return null;
            }
            while (!done.get()) {
                assertThat(Files.exists(current)).isTrue();
                try {
                    byte[] bytes = Files.readAllBytes(current);
                    assertThat(bytes).isEqualTo(content(bytes[0]));
                } catch (NoSuchFileException replaced) {
                    // while it was read: whoever has it open loses it
                }
            }
            return null;
        });
        assertThat(Files.readAllBytes(current)).isEqualTo(content(60));
    }

    private static byte[] content(int version) {
        byte[] bytes = new byte[10_000];
        Arrays.fill(bytes, (byte) version);
        return bytes;
    }

    @Test
    void differentFilesAtTheSameTime() throws Exception {
        long seed = Seeds.seed();
        Threads.run(THREADS, thread -> {
            Random random = new Random(seed + thread);
            Path file = root.resolve("file-" + thread);
            for (int i = 0; i < 25; i++) {
                byte[] bytes = TestData.random(1 + random.nextInt(60_000), random.nextInt(5));
                Files.write(file, bytes);
                Path copy = Files.copy(file, root.resolve("copy-" + thread), REPLACE_EXISTING);
                Path moved = Files.move(copy, root.resolve("moved-" + thread), REPLACE_EXISTING);
                assertThat(Files.mismatch(file, moved)).as("seed %d", seed).isEqualTo(-1);
                try (Stream<Path> all = Files.list(root)) {
                    assertThat(all.count()).isPositive();
                }
                assertThat(Files.readAllBytes(moved)).isEqualTo(bytes);
                Files.delete(i % 2 == 0 ? moved : file);
            }
            return null;
        });
    }

    @Test
    void closingEndsWhatGoesOn() throws Exception {
        Path file = Files.write(root.resolve("file"), content(1));
        Threads.run(THREADS, thread -> {
            if (thread == 0) {
                Thread.sleep(50);
                fileSystem.close();
                return null;
            }
            try {
                while (true) {
                    use(file, thread);
                }
            } catch (ClosedFileSystemException | ClosedChannelException e) {
                return null;
            }
        });
        assertThat(fileSystem.isOpen()).isFalse();
    }

    private void use(Path file, int thread) throws IOException {
        switch (thread) {
            case 1 -> Files.write(file, content(2), WRITE);
            case 2 -> Files.readAllBytes(file);
            case 3 -> Files.copy(file, root.resolve("copy"), REPLACE_EXISTING);
            case 4 -> Files.readAttributes(file, "*");
            default -> {
                try (Stream<Path> all = Files.list(root)) {
                    // A stream that is open when the file system closes ends, as a closed directory stream does.
                    if (all.findAny().isEmpty()) {
                        assertThat(fileSystem.isOpen()).isFalse();
                    }
                }
            }
        }
    }
}
