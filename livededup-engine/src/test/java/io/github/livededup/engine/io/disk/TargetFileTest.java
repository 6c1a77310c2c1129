package io.github.livededup.engine.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetFileTest {
    @TempDir
    Path temporary;

    @Test
    void appearsWhenItIsFinished() throws IOException {
        Path path = temporary.resolve("out.img");
        try (TargetFile target = TargetFile.open(path, false, true)) {
            assertThat(target.startsAsZeros()).isTrue();
            target.resize(1 << 20);
            target.write(ByteBuffer.wrap(new byte[] {1, 2}), 70_000);
            assertThat(path).doesNotExist();
            target.finish();
        }
        byte[] expected = new byte[1 << 20];
        expected[70_000] = 1;
        expected[70_001] = 2;
        assertThat(path).hasBinaryContent(expected);
        assertThat(temporary).isDirectoryContaining(path::equals);
        assertThat(temporary.toFile().list()).hasSize(1);
    }

    @Test
    void leavesNothingWhenItIsNotFinished() throws IOException {
        Path path = Files.write(temporary.resolve("out.img"), new byte[] {9});
        TargetFile target = TargetFile.open(path, true, true);
        target.write(ByteBuffer.wrap(new byte[] {1, 2}), 0);
        target.close();
        target.close();
        assertThat(path).hasBinaryContent(new byte[] {9});
        assertThat(temporary.toFile().list()).hasSize(1);
    }

    @Test
    void replacesOnlyWhenAsked() throws IOException {
        Path path = Files.write(temporary.resolve("out.img"), new byte[] {9});
        Path link = Files.createSymbolicLink(temporary.resolve("link"), path);
        assertThatThrownBy(() -> TargetFile.open(path, false, true)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> TargetFile.open(temporary, true, true)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> TargetFile.open(temporary.resolve("no/out.img"), true, true))
                .isInstanceOf(NotFoundException.class);
        try (TargetFile target = TargetFile.open(link, true, true)) {
            target.resize(1);
            target.finish();
        }
        assertThat(path).hasBinaryContent(new byte[] {0});
        assertThat(link).isSymbolicLink();
        Path taken = temporary.resolve("taken");
        try (TargetFile target = TargetFile.open(taken, false, true)) {
            Files.write(taken, new byte[] {7});
            assertThatThrownBy(() -> target.finish()).isInstanceOf(AlreadyExistsException.class);
        }
        assertThat(taken).hasBinaryContent(new byte[] {7});
        assertThat(temporary.toFile().list()).hasSize(3);
    }

    @Test
    void worksUnderAnInterrupt() throws IOException {
        Path path = temporary.resolve("out.img");
        try (TargetFile target = TargetFile.open(path, false, true)) {
            Thread.currentThread().interrupt();
            target.resize(3);
            target.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
            target.finish();
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void aFullDiskIsATypedError() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full));
        try (TargetFile target = TargetFile.open(full, false, true)) {
            assertThat(target.startsAsZeros()).isFalse();
            assertThatThrownBy(() -> target.write(ByteBuffer.allocate(100), 0)).isInstanceOf(VolumeFullException.class);
        }
    }
}
