package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BlockStore;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedupException;
import io.github.livededup.PutBatch;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * Every public method of every interface of a volume, found by reflection so that none is forgotten, called by a hundred
 * threads while and after the volume is closed: a typed exception, nothing else, and the JVM lives.
 */
class UseAfterCloseTest extends EngineCase {
    private static final int THREADS = 100;

    /** A method and what it is called on. */
    private record Call(Object target, Method method) {
        @Override
        public String toString() {
            return method.getDeclaringClass().getSimpleName() + "." + method.getName()
                    + Arrays.toString(method.getParameterTypes());
        }
    }

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private List<Call> callsOf(Volume volume) throws IOException {
        List<Call> calls = new ArrayList<>();
        Image image = volume.images().open("a");
        add(calls, volume, Volume.class);
        add(calls, volume.blocks(), BlockStore.class);
        add(calls, volume.images(), ImageStore.class);
        add(calls, image, Image.class);
        add(calls, volume.images().openReadOnly("a"), Image.class);
        add(calls, image.channel(), SeekableByteChannel.class);
        return calls;
    }

    private static void add(List<Call> calls, Object target, Class<?> type) {
        for (Method method : type.getMethods()) {
            if (!java.lang.reflect.Modifier.isStatic(method.getModifiers())) {
                calls.add(new Call(target, method));
            }
        }
        assertThat(calls).isNotEmpty();
    }

    private Object argument(Class<?> type) throws IOException {
        if (type == ByteBuffer.class) {
            return ByteBuffer.wrap(TestData.block(BLOCK, 1));
        } else if (type == String.class) {
            return "a";
        } else if (type == long.class) {
            return 1L;
        } else if (type == int.class) {
            return 0;
        } else if (type == long[].class) {
            return new long[] {1L};
        } else if (type == PutBatch.class) {
            return new PutBatch(1);
        } else if (type == Path.class) {
            return Files.createTempFile(temporary, "used", ".tmp");
        } else if (type == Instant.class) {
            return Instant.EPOCH;
        } else if (type == List.class) {
            return List.of(new Extent(0, 1, true));
        } else if (type == VerifyOptions.class) {
            return VerifyOptions.of(VerifyLevel.STRUCTURE);
        } else if (type == CompactionOptions.class) {
            return CompactionOptions.defaults();
        } else if (type.isAssignableFrom(ReadableByteChannel.class) && type != Object.class) {
            return Channels.newChannel(new ByteArrayInputStream(new byte[BLOCK]));
        } else if (type.isAssignableFrom(WritableByteChannel.class) && type != Object.class) {
            return Channels.newChannel(new ByteArrayOutputStream());
        }
        try {
            return type.getMethod("defaults").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("no argument for " + type, e);
        }
    }

    /** Calls a method; answers what it threw, or null. */
    private Throwable call(Call call) throws IOException {
        Class<?>[] types = call.method().getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = argument(types[i]);
        }
        try {
            call.method().invoke(call.target(), arguments);
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether a call must be refused: closing is not, nor is a channel's position, which is the channel's own. */
    private static boolean mayThrow(Call call) {
        return !call.method().getName().equals("position")
                && Arrays.stream(call.method().getExceptionTypes()).anyMatch(IOException.class::isAssignableFrom)
                && !call.method().getName().equals("close");
    }

    private void check(Call call, Throwable thrown, boolean isClosed) {
        boolean isTyped = thrown instanceof LiveDedupException
                || thrown instanceof InvalidArgumentException
                || thrown instanceof ClosedChannelException;
        if (thrown != null && !isTyped) {
            wrong.add(call + ": " + thrown + " " + Arrays.toString(thrown.getStackTrace()));
        }
        boolean isRefused = thrown instanceof VolumeClosedException
                || thrown instanceof InvalidArgumentException
                || thrown instanceof ClosedChannelException;
        if (isClosed && mayThrow(call) && !isRefused) {
            wrong.add(call + ": actual=" + thrown + " expected=refused");
        }
    }

    @Test
    void isRefusedOnEveryMethod() throws Exception {
        Volume volume = create();
        createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 300));
        List<Call> calls = callsOf(volume);
        assertThat(calls).hasSizeGreaterThan(60);
        CountDownLatch started = new CountDownLatch(THREADS);
        CountDownLatch closed = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            List<Call> mine = new ArrayList<>(calls);
            Collections.shuffle(mine, new java.util.Random(i));
            Thread thread = new Thread(() -> {
                try {
                    started.countDown();
                    for (Call call : mine.subList(0, 8)) {
                        // Closing is what the test does; the rest races with it.
                        if (!call.method().getName().equals("close")) {
                            check(call, call(call), false);
                        }
                    }
                    closed.await();
                    for (Call call : mine) {
                        check(call, call(call), true);
                    }
                } catch (Throwable e) {
                    wrong.add(e.toString());
                }
            });
            threads.add(thread);
            thread.start();
        }
        started.await();
        volume.close();
        closed.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        try (Volume again = open()) {
            assertClean(again);
            assertUsable(again);
        }
    }

    @Test
    void whatAVolumeGaveOutIsHarmlessAfterIt() throws IOException {
        Volume volume = create();
        createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 300));
        Image image = volume.images().open("a");
        var extents = image.extents(0, image.sizeBytes());
        var infos = volume.images().list().iterator();
        SeekableByteChannel channel = image.channel();
        PutBatch batch = new PutBatch(4);
        volume.blocks().putAll(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 1, 4)), batch);
        volume.close();
        // Values, not windows on the volume.
        assertThat(extents).isNotEmpty();
        assertThat(infos.next().name()).isEqualTo("a");
        assertThat(batch.address(0)).isPositive();
        channel.close();
        image.close();
        assertThat(channel.isOpen()).isFalse();
    }
}
