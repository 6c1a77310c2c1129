package io.github.livededup.examples.fusemount.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.examples.fusemount.fs.Errno;
import io.github.livededup.examples.fusemount.fs.ErrnoException;
import io.github.livededup.examples.fusemount.metrics.Metrics;
import io.github.livededup.examples.fusemount.metrics.Operation;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What programs are told of what the volume throws. */
class AnswersTest {
    private final Metrics metrics = new Metrics();
    private final Answers answers = new Answers(metrics);

    @Test
    void exceptionsBecomeErrorNumbers() {
        assertThat(Answers.errnoOf(new VolumeFullException("v", "full"))).isEqualTo(Errno.ENOSPC);
        assertThat(Answers.errnoOf(new ReadOnlyException("v", "snapshot"))).isEqualTo(Errno.EROFS);
        assertThat(Answers.errnoOf(new NotFoundException("v", "gone"))).isEqualTo(Errno.ENOENT);
        assertThat(Answers.errnoOf(new AlreadyExistsException("v", "there"))).isEqualTo(Errno.EEXIST);
        assertThat(Answers.errnoOf(new VolumeClosedException("v", "closed"))).isEqualTo(Errno.ESHUTDOWN);
        assertThat(Answers.errnoOf(new CorruptionException("v", "checksum"))).isEqualTo(Errno.EIO);
        assertThat(Answers.errnoOf(new VolumeFailedException("v", "failed"))).isEqualTo(Errno.EIO);
        assertThat(Answers.errnoOf(new IOException("other"))).isEqualTo(Errno.EIO);
        assertThat(Answers.errnoOf(new IllegalArgumentException("kind"))).isEqualTo(Errno.EINVAL);
        assertThat(Answers.errnoOf(new OutOfMemoryError())).isEqualTo(Errno.ENOMEM);
        assertThat(Answers.errnoOf(new NullPointerException())).isEqualTo(Errno.EIO);
    }

    @Test
    void nothingIsThrownAndAllIsCounted() {
        assertThat(answers.to(Operation.READ, "/f", () -> 5)).isEqualTo(5);
        assertThat(answers.to(Operation.READ, "/f", () -> {
                    throw new CorruptionException("v", "checksum");
                }))
                .isEqualTo(-5);
        assertThat(answers.toAction(Operation.READ, null, () -> {
                    throw new ErrnoException(Errno.EBADF);
                }))
                .isEqualTo(-9);
        Map<?, ?> operations = (Map<?, ?>) metrics.toMap().get("operations");
        Map<?, ?> read = (Map<?, ?>) operations.get("read");
        assertThat(read.get("requests")).isEqualTo(3L);
        assertThat(read.get("errors")).isEqualTo(2L);
        assertThat(read.get("bytes")).isEqualTo(5L);
    }
}
