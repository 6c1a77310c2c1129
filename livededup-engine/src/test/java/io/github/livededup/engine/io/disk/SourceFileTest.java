package io.github.livededup.engine.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.SourceException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceFileTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsByDataExtents(boolean withSystemCalls) throws IOException {
        SystemCalls calls = withSystemCalls ? SystemCalls.detected() : SystemCalls.NONE;
        Path path = temporary.resolve("sparse.img");
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(64 << 20);
            sparse.seek(32 << 20);
            sparse.write(new byte[4096]);
            sparse.writeByte(5);
            sparse.getFD().sync();
        }
        try (SourceFile source = SourceFile.open(path, calls)) {
            assertThat(source.sizeBytes()).isEqualTo(64 << 20);
            long data = source.seek(0, true);
            long hole = source.seek(data, false);
            assertThat(data).isLessThanOrEqualTo(32 << 20);
            assertThat(hole).isGreaterThan((32 << 20) + 4096);
            if (calls == SystemCalls.NONE) {
                assertThat(data).isZero();
                assertThat(hole).isEqualTo(64 << 20);
            }
            assertThat(source.seek(64 << 20, true)).isEqualTo(64 << 20);
            ByteBuffer read = ByteBuffer.allocate(1);
            source.read(read, (32 << 20) + 4096);
            assertThat(read.get(0)).isEqualTo((byte) 5);
            source.checkUnchanged();
        }
    }

    @Test
    void saysWhatIsWrongWithASource() throws IOException {
        assertThatThrownBy(() -> SourceFile.open(temporary.resolve("absent")))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("absent");
        assertThatThrownBy(() -> SourceFile.open(temporary))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("directory");
        Path secret = Files.write(temporary.resolve("secret"), new byte[] {1});
        assertThat(secret.toFile().setReadable(false)).isTrue();
        Assumptions.assumeFalse(Files.isReadable(secret), "the administrator reads everything");
        assertThatThrownBy(() -> SourceFile.open(secret)).isInstanceOf(SourceException.class);
    }

    @Test
    void aSourceThatShrinksIsAnError() throws IOException {
        Path path = Files.write(temporary.resolve("a"), new byte[10_000]);
        try (SourceFile source = SourceFile.open(path)) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(5_000);
            }
            source.read(ByteBuffer.allocate(5_000), 0);
            assertThatThrownBy(() -> source.read(ByteBuffer.allocate(4_096), 4_096))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("actual=5000 expected=10000");
            assertThatThrownBy(source::checkUnchanged).isInstanceOf(SourceException.class);
        }
    }

    @Test
    void readsUnderAnInterrupt() throws IOException {
        Path path = Files.write(temporary.resolve("a"), new byte[] {1, 2, 3});
        try (SourceFile source = SourceFile.open(path)) {
            Thread.currentThread().interrupt();
            source.read(ByteBuffer.allocate(3), 0);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
