package io.github.livededup.examples.fusemount.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.examples.fusemount.metrics.Metrics;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;

/** Threads that serve the kernel: how many, what they bear, and that nothing is given back while one is at work. */
class SessionTest {
    private static final int REQUEST = 100;
    private static final int RENAME = 12;
    private static final int RENAME2 = 45;
    private static final int EPERM = 1;
    private static final int EINTR = 4;
    private static final int EIO = 5;
    private static final int EAGAIN = 11;

    private final FakeLibrary library = new FakeLibrary();
    private final Answers answers = new Answers(new Metrics());
    private final CountDownLatch go = new CountDownLatch(1);

    private CompletableFuture<Integer> serve() {
        Pointer operations = Memory.allocateDirect(FakeLibrary.RUNTIME, Long.BYTES);
        Session session =
                new Session(library, FakeLibrary.RUNTIME, new SeekCalls(null, null), new HiddenRenames(answers));
        return CompletableFuture.supplyAsync(() -> {
            try {
                return session.serve(List.of("program"), operations, Long.BYTES);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static int get(CompletableFuture<Integer> code) throws Exception {
        return code.get(2, TimeUnit.MINUTES);
    }

    /** Waits until as many requests are worked on at once; then lets all go on. */
    private void holdUntilThereAre(int count) {
        AtomicInteger working = new AtomicInteger();
        library.process = () -> {
            if (working.incrementAndGet() == count) {
                go.countDown();
            }
            await();
        };
    }

    private void await() {
        try {
            assertThat(go.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void requestsThatWaitForEachOtherAreServedAtOnce() throws Exception {
        holdUntilThereAre(20);
        for (int i = 0; i < 20; i++) {
            library.input.add(REQUEST);
        }
        CompletableFuture<Integer> code = serve();
        await();
        library.input.add(FakeLibrary.UNMOUNTED);
        assertThat(get(code)).isZero();
        assertThat(library.processed).hasValue(20);
        assertThat(library.readersAtTeardown).isZero();
    }

    @Test
    void threadsAreNotWithoutEnd() throws Exception {
        holdUntilThereAre(32);
        for (int i = 0; i < 200; i++) {
            library.input.add(REQUEST);
        }
        library.input.add(FakeLibrary.UNMOUNTED);
        assertThat(get(serve())).isZero();
        assertThat(library.processed).hasValue(200);
        assertThat(library.threads).hasValue(32);
    }

    @Test
    void aThreadWithoutMemoryIsTriedAgain() throws Exception {
        library.threadWithoutMemory = 2;
        library.input.add(REQUEST);
        library.process = () -> { // the first request, by the only thread
            holdUntilThereAre(2);
            library.input.add(REQUEST);
            library.input.add(REQUEST);
        };
        CompletableFuture<Integer> code = serve();
        await();
        library.input.add(FakeLibrary.UNMOUNTED);
        assertThat(get(code)).isZero();
        assertThat(library.processed).hasValue(3);
    }

    @Test
    void oneRequestAfterTheOtherIfAskedFor() throws Exception {
        library.isThreaded = 0;
        AtomicInteger working = new AtomicInteger();
        library.process = () -> {
            assertThat(working.incrementAndGet()).isEqualTo(1);
            working.decrementAndGet();
        };
        for (int i = 0; i < 50; i++) {
            library.input.add(REQUEST);
        }
        library.input.add(FakeLibrary.UNMOUNTED);
        assertThat(get(serve())).isZero();
        assertThat(library.threads).hasValue(1);
    }

    @Test
    void interruptionsAndFailedCallsDoNotEndIt() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        library.process = () -> {
            if (calls.incrementAndGet() == 2) {
                throw new IllegalStateException("a call that fails, as none should");
            }
        };
        for (int i = 0; i < 100; i++) {
            library.input.add(REQUEST);
            library.input.add(-EINTR);
            library.input.add(-EAGAIN);
        }
        library.input.add(FakeLibrary.UNMOUNTED);
        assertThat(get(serve())).isZero();
        assertThat(calls).hasValue(100);
        assertThat(library.processed).hasValue(99);
    }

    @Test
    void aWorkingThreadIsWaitedFor() throws Exception {
        library.process = this::await;
        library.input.add(REQUEST);
        library.input.add(FakeLibrary.UNMOUNTED);
        CompletableFuture<Integer> code = serve();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (library.readers.get() != 1 || library.threads.get() != 2) {
            assertThat(System.nanoTime()).as("the other thread has not ended").isLessThan(end);
            Thread.sleep(1);
        }
        assertThat(code).isNotDone();
        assertThat(library.readersAtTeardown).isEqualTo(-1);
        go.countDown();
        assertThat(get(code)).isZero();
        assertThat(library.readersAtTeardown).isZero();
    }

    @Test
    void libfuseIsNotAskedToRenameHiddenNames() throws Exception {
        String hidden = ".fuse_hidden0000000a00000001";
        List<String> requests = List.of("a\0b\0", "a\0" + hidden + "\0", hidden + "\0a\0", "x" + hidden + "\0b\0");
        AtomicInteger received = new AtomicInteger();
        library.fill = request -> {
            int number = received.getAndIncrement();
            boolean hasFlags = number >= requests.size();
            int start = hasFlags ? 56 : 48;
            byte[] names = requests.get(number % requests.size()).getBytes(UTF_8);
            request.putInt(0, start + names.length);
            request.putInt(4, hasFlags ? RENAME2 : RENAME);
            request.put(start, names, 0, names.length);
        };
        for (int i = 0; i < 2 * requests.size(); i++) {
            library.input.add(REQUEST);
        }
        library.input.add(FakeLibrary.UNMOUNTED);
        library.isThreaded = 0;
        assertThat(get(serve())).isZero();
        assertThat(library.processed).hasValue(4);
        assertThat(library.sent).containsExactly(-EPERM, -EPERM, -EPERM, -EPERM);
    }

    @Test
    void whatCannotBeReadIsAFailure() throws Exception {
        library.input.add(REQUEST);
        library.process = () -> {
            library.input.add(-EIO);
            library.input.add(-EIO);
        };
        assertThat(get(serve())).isEqualTo(1);
        assertThat(library.readersAtTeardown).isZero();
    }

    @Test
    void whatCannotBeMountedIsAFailure() throws Exception {
        library.mounts = false;
        assertThat(get(serve())).isEqualTo(1);
        assertThat(library.readersAtTeardown).as("never mounted").isEqualTo(-1);
    }
}
