package io.github.livededup.examples.fusemount.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.fusemount.fs.LiveFileSystem;
import io.github.livededup.examples.fusemount.fs.RootOwner;
import io.github.livededup.examples.fusemount.metrics.Metrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's request for data or a hole, byte by byte. */
class SeekCallsTest {
    private static final int LSEEK = 46;
    private static final long UNIQUE = 0x1234_5678_9abc_def0L;

    @TempDir
    Path directory;

    private final Metrics metrics = new Metrics();
    private final Pointer request = Memory.allocateDirect(Runtime.getSystemRuntime(), 64, true);
    private final Pointer reply = Memory.allocateDirect(Runtime.getSystemRuntime(), SeekCalls.REPLY_BYTES);
    private Volume volume;
    private LiveFileSystem files;
    private SeekCalls calls;
    private long handle;

    @BeforeEach
    void open() throws IOException {
        volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults());
        files = new LiveFileSystem(volume, new RootOwner(0, 0, 0755, 0644));
        calls = new SeekCalls(files, new Answers(metrics));
        handle = files.create("/f", 0644, 0, 0);
        files.write(handle, ByteBuffer.wrap(new byte[] {1}), 9_000);
    }

    @AfterEach
    void close() throws IOException {
        files.close();
        volume.close();
    }

    private int ask(long fh, long offset, int whence) {
        request.putInt(0, 64);
        request.putInt(4, LSEEK);
        request.putLong(8, UNIQUE);
        request.putLong(40, fh);
        request.putLong(48, offset);
        request.putInt(56, whence);
        reply.setMemory(0, SeekCalls.REPLY_BYTES, (byte) 0x55);
        assertThat(calls.isFor(request)).isTrue();
        int length = calls.answer(request, reply);
        assertThat(reply.getInt(0)).isEqualTo(length);
        assertThat(reply.getLong(8)).isEqualTo(UNIQUE);
        return length;
    }

    private void assertFound(long offset, int whence, long expected) {
        assertThat(ask(handle, offset, whence)).isEqualTo(24);
        assertThat(reply.getInt(4)).isZero();
        assertThat(reply.getLong(16)).isEqualTo(expected);
    }

    private void assertRefused(long fh, long offset, int whence, int errno) {
        assertThat(ask(fh, offset, whence)).isEqualTo(16);
        assertThat(reply.getInt(4)).isEqualTo(-errno);
    }

    @Test
    void placesAndErrorsAreTold() {
        assertFound(0, 3, 8192);
        assertFound(8192, 4, 9001);
        assertFound(17, 4, 17);
        assertRefused(handle, 9001, 3, 6);
        assertRefused(handle, 9001, 4, 6);
        assertRefused(handle + 1, 0, 3, 9);
        assertRefused(handle, 0, 0, 22);
        assertRefused(handle, 0, 5, 22);
        Map<?, ?> operations = (Map<?, ?>) metrics.toMap().get("operations");
        Map<?, ?> seek = (Map<?, ?>) operations.get("seek");
        assertThat(seek.get("requests")).isEqualTo(8L);
        assertThat(seek.get("errors")).isEqualTo(5L);
    }

    @Test
    void otherRequestsAreOthers() {
        request.putInt(4, 15); // FUSE_READ
        assertThat(calls.isFor(request)).isFalse();
    }
}
